"""Rule sets in use: which there are, whom two of them share, why one person is in or out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from cakup.engines.duckdb import DuckEngine
from cakup.engines.files import read_json
from cakup.kernel import spelling
from cakup.kernel.errors import UsageError
from cakup.kernel.language import Lang
from cakup.kernel.progress import SILENT, Progress
from cakup.pipeline.plan import plan_path
from cakup.pipeline.plan_inputs import PlanInputs, gather, with_always
from cakup.pipeline.workspace import Workspace
from cakup.planning.criteria.evaluate import Evaluated
from cakup.planning.criteria.reasons import says, words
from cakup.planning.criteria.ruleset import RuleSet, find_ruleset, shipped
from cakup.planning.settings import PlanSettings, read_plan

#: Rules that come after those of the rule set; their reasons name no rule of it.
MONEY_RULES = ("satu-tempat", "pagu", "tangan")


def rule_sets() -> list[dict[str, Any]]:
    """Return the rule sets that ship with Cakup: id, title, instrument, region, status, source."""
    held = [find_ruleset(name) for name in shipped()]
    return [
        {"id": r.id, "title": r.title, "instrument": r.instrument, "date": r.date,
         "region": r.region, "status": r.status, "rules": len(r.rules), "source": r.source}
        for r in held
    ]  # fmt: skip


def shown(named: str, lang: Lang = "id") -> dict[str, Any]:
    """Return one rule set with what every rule asks, in words.

    Args:
        named: Name of a shipped rule set, or path of a TOML file.
        lang: Language of the words.

    Raises:
        InputError: ``plan.…`` for what is wrong in the file, naming the line.
    """
    r = with_always(find_ruleset(named))
    return {
        "id": r.id, "title": r.title, "instrument": r.instrument, "date": r.date,
        "region": r.region, "status": r.status, "source": r.source, "note": r.note,
        "order": list(r.order),
        "rules": [
            {"id": one.id, "kind": one.kind, "article": one.article, "asks": says(one)(lang),
             "unknown": one.unknown, "note": one.note}
            for one in r.rules
        ],
    }  # fmt: skip


@dataclass(frozen=True)
class Overlap:
    """Whom two rule sets take.

    Args:
        left: Id of the first rule set.
        right: Id of the second.
        candidates: Candidates held against both.
        both: Taken by both.
        only_left: Taken by the first only.
        only_right: Taken by the second only.
        neither: Taken by neither.
        left_out: Of ``only_left``: rule of the second that first turns them away → persons.
        right_out: The same the other way round.
    """

    left: str
    right: str
    candidates: int
    both: int
    only_left: int
    only_right: int
    neither: int
    left_out: dict[str, int]
    right_out: dict[str, int]

    @property
    def shared(self) -> float:
        """Share of those taken by either that is taken by both."""
        either = self.both + self.only_left + self.only_right
        return self.both / either if either else 1.0

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "left": self.left, "right": self.right, "candidates": self.candidates,
            "both": self.both, "only_left": self.only_left, "only_right": self.only_right,
            "neither": self.neither, "shared": self.shared, "left_out": self.left_out,
            "right_out": self.right_out,
        }  # fmt: skip


def compare_criteria(
    workspace: Workspace, left: str, right: str, plan: str | None = None,
    progress: Progress = SILENT,
) -> Overlap:  # fmt: skip
    """Hold the candidates of a workspace against two rule sets.

    Args:
        workspace: Workspace, linked and with its ledger.
        left: Name of a shipped rule set, or path of a TOML file.
        right: The other.
        plan: ``plan.toml`` with year and day of the data; None = the one in the workspace.
        progress: Listener.

    Raises:
        InputError: ``plan.…`` for what is wrong in plan or criteria, naming file and line.
    """
    settings = read_plan(plan_path(workspace, plan))
    with workspace.engine() as engine:
        one, first = _judged(engine, workspace, settings, left, progress)
        two, second = _judged(engine, workspace, settings, right, progress)
    held = one.frame.select("person_id", _left="is_in").join(
        two.frame.select("person_id", _right="is_in"), on="person_id", how="inner"
    )
    counts = {(a, b): n for a, b, n in held.group_by("_left", "_right").len().iter_rows()}
    return Overlap(
        first.id, second.id, held.height, counts.get((True, True), 0),
        counts.get((True, False), 0), counts.get((False, True), 0),
        counts.get((False, False), 0), _turned_away(one, two), _turned_away(two, one),
    )  # fmt: skip


def _judged(
    engine: DuckEngine, workspace: Workspace, settings: PlanSettings, named: str,
    progress: Progress,
) -> tuple[Evaluated, RuleSet]:  # fmt: skip
    held = replace(settings, criteria=named)
    inputs = gather(engine, workspace, held, progress, with_money=False)
    return inputs.told, inputs.rules


def _turned_away(taken: Evaluated, by: Evaluated) -> dict[str, int]:
    """Return which rule of one set first turns away those whom the other takes."""
    inside = taken.frame.filter(pl.col("is_in")).select("person_id")
    out = by.frame.join(inside, on="person_id", how="semi").filter(~pl.col("is_in"))
    first = pl.coalesce(
        *(pl.when(~pl.col(f"p:{r.id}")).then(pl.lit(r.id)).otherwise(None) for r in by.rules)
    )
    counted = out.select(rule=first).to_series().value_counts(sort=True)
    held = dict(counted.iter_rows())
    return {r.id: int(held[r.id]) for r in by.rules if r.id in held}


def why(
    workspace: Workspace, person_id: str, plan: str | None = None, lang: Lang = "id"
) -> dict[str, Any]:
    """Return why one person is in or out, rule by rule, and what the latest plan says of money.

    Args:
        workspace: Workspace, linked and with its ledger.
        person_id: Person.
        plan: ``plan.toml``; None = the one in the workspace.
        lang: Language of the words.

    Raises:
        UsageError: ``plan.hand.unknown_person`` if the person is no candidate.
    """
    settings = read_plan(plan_path(workspace, plan))
    with workspace.engine() as engine:
        inputs = gather(engine, workspace, settings, with_money=False)
    held = inputs.told.frame.filter(pl.col("person_id") == person_id)
    if not held.height:
        raise UsageError("plan.hand.unknown_person")
    row = held.row(0, named=True)
    told = [
        {
            "rule": rule.id, "article": rule.article, "passed": bool(row[f"p:{rule.id}"]),
            "reason_id": row[f"r:{rule.id}"], "text": words(row[f"r:{rule.id}"], rule)(lang),
        }
        for rule in inputs.told.rules
    ]  # fmt: skip
    return {
        "person_id": person_id, "is_in": bool(row["is_in"]), "to_check": bool(row["to_check"]),
        "months": _months(row, settings.year), "rules": told,
        "money": _money(workspace, inputs, settings, person_id, lang),
    }  # fmt: skip


def _months(row: dict[str, Any], year: int) -> dict[str, str] | None:
    """Return the months of the plan year that the age rules allow, None if there are none."""
    first, last = row["first_month"], row["last_month"]
    if first > last:
        return None
    return {"from": f"{year}-{first + 1:02}", "to": f"{year}-{last + 1:02}"}


def _money(
    workspace: Workspace, inputs: PlanInputs, settings: PlanSettings, person_id: str, lang: Lang
) -> list[dict[str, Any]]:
    """Return what the latest plan by name says beyond the rules."""
    current = workspace.root / "plans" / "current.json"
    name = read_json(current).get("nama") if current.exists() else None
    path = workspace.root / "plans" / str(name) / "reasons.parquet"
    if name is None or not path.exists() or not str(name).startswith(f"{settings.year}-"):
        return []
    found = pl.scan_parquet(path).filter(
        (pl.col("person_id") == person_id) & pl.col("rule").is_in(list(MONEY_RULES))
    )
    paid = _paid(path.with_name("persons.parquet"), person_id, lang)
    return [
        {"plan": name, "rule": r["rule"], "passed": r["passed"], "reason_id": r["reason_id"],
         "text": words(r["reason_id"], None)(lang) + (paid if r["rule"] == "pagu" else "")}
        for r in found.collect().iter_rows(named=True)
    ]  # fmt: skip


def _paid(path: Path, person_id: str, lang: Lang) -> str:
    """Return which purse pays which months, empty for who has no place."""
    months = pl.scan_parquet(path).filter(pl.col("person_id") == person_id)
    spans = (
        months.group_by("purse").agg(first=pl.col("bulan").min(), last=pl.col("bulan").max())
        .sort("first").collect()
    )  # fmt: skip
    told = [f"{purse} {spelling.month(first, lang)}–{spelling.month(last, lang)}"
            for purse, first, last in spans.iter_rows()]  # fmt: skip
    return f": {'; '.join(told)}" if told else ""
