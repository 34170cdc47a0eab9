"""What a budget changed in the middle of the year becomes on paper: the year before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from cakup.documents.plan.change import Change, check_change, compared_rows
from cakup.documents.plan.facts import PlanFacts
from cakup.documents.plan.reconcile import check_parts
from cakup.kernel.errors import UsageError
from cakup.pipeline.plan_inputs import PlanInputs
from cakup.pipeline.plan_papers import Written, changed_facts
from cakup.planning.prices import Tariff
from cakup.planning.settings import PlanSettings


def change_of(
    written: Written, scenario: str, facts: PlanFacts, inputs: PlanInputs, settings: PlanSettings
) -> Change:
    """Return the year before and after the change of a scenario.

    Args:
        written: The plan.
        scenario: Id of a scenario with ``plan.changed_from``.
        facts: The plan as it stands.
        inputs: What it stands on.
        settings: ``plan.toml`` as it stands.

    Raises:
        UsageError: ``plan.documents.no_change`` if the scenario changes no budget in the middle of
            the year, or cannot be met; ``plan.documents.stage`` for a plan by numbers.
        EngineError: ``plan.documents.do_not_add``.
    """
    if not facts.has_names:
        raise UsageError("plan.documents.stage", kind=f"--change {scenario[:40]}",
                         id=written.summary["id"], near="sekda, skenario, rka")  # fmt: skip
    told = _scenario(written, scenario)
    months = pl.read_parquet(written.folder / f"perubahan-{scenario}.parquet")
    summary = {**written.summary, "scenarios": [told]}
    after = changed_facts(Written(written.folder, summary, months), inputs, settings, facts)
    check_parts(after)
    first = date.fromisoformat(f"{told['mid_year']['from']}-01")
    own = {
        sector: Tariff.of("mandiri", sector, facts.summary["programmes"], inputs.catalogue)
        .at(first).total_rp for sector in ("other", "transport")
    }  # fmt: skip
    change = Change(
        scenario, told["title"] or scenario, first, facts, after, compared_rows(facts, after),
        told["mid_year"], own,
    )  # fmt: skip
    check_change(change)
    return change


def _scenario(written: Written, scenario: str) -> Mapping[str, Any]:
    """Return the summary of a scenario that changes the budget in the middle of the year."""
    held = {
        one["id"]: one for one in written.summary["scenarios"]
        if one.get("mid_year") and (written.folder / f"perubahan-{one['id']}.parquet").exists()
    }  # fmt: skip
    if scenario not in held:
        raise UsageError("plan.documents.no_change", scenario=scenario[:40],
                         id=written.summary["id"], near=", ".join(held) or "–")  # fmt: skip
    found: Mapping[str, Any] = held[scenario]
    return found
