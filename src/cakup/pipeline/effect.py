"""What a file that came, was corrected or was taken out changed: persons and figures, counted.

The state before is counted on the tables as they are; then persons and ledger are made anew and
counted again for the same day. Nothing else could have come between: the writer's lock is held.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from cakup.coverage import counts
from cakup.coverage.register import read_register
from cakup.kernel.errors import InputError
from cakup.kernel.language import Text
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import MONEY_KINDS
from cakup.pipeline import ledger, link
from cakup.pipeline.basis import prepare
from cakup.pipeline.imports import all_imports, usable
from cakup.pipeline.measure import make_facts
from cakup.pipeline.workspace import Workspace

COUNTED: dict[str, Text] = {
    "persons": Text("orang", "persons"),
    "workers": Text("pekerja diketahui di kota ini", "known workers of the city"),
    "covered": Text("di antaranya terlindungi", "of them covered"),
    "uncovered": Text("diketahui belum terlindungi", "known to be without cover"),
    "dead": Text("tercatat meninggal", "on record as dead"),
    "person_months": Text("orang-bulan dalam buku kepesertaan", "person-months in the ledger"),
}


@dataclass(frozen=True)
class Effect:
    """Counts before and after.

    Args:
        as_of: Day for which was counted.
        before: Counts before, None where persons were never made.
        after: Counts after.
        share_before: Share of the denominator before, None where no coverage can be told.
        share_after: Share after.
        denominator: Persons of the denominator.
        is_first: Whether persons had not been made before.
    """

    as_of: date
    before: dict[str, int]
    after: dict[str, int]
    share_before: float | None = None
    share_after: float | None = None
    denominator: int | None = None
    is_first: bool = False
    changed: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the effect as plain JSON values."""
        return {**asdict(self), "as_of": self.as_of.isoformat()}


def state(workspace: Workspace, as_of: date) -> tuple[dict[str, int], bool]:
    """Return the counts of a day from the tables as they are, and whether cover is known at all.

    Args:
        workspace: Workspace.
        as_of: The day.
    """
    if not workspace.store().has("persons"):
        return {}, False
    with workspace.engine() as engine:
        try:
            basis = prepare(engine, workspace, as_of, is_cover_only=True, regions=("ktp",))
        except InputError:  # persons were made, the ledger was not
            return {}, False
        make_facts(engine, counts.Scope(workspace.place), basis, axes=())
        sums = engine.frame(counts.sums_sql()).row(0, named=True)
        months = "SELECT count(DISTINCT (person_id, bulan)) FROM ledger"
        return {
            "persons": int(engine.value("SELECT count(*) FROM persons")),
            "workers": int(sums["n_workers"]),
            "covered": int(sums["n_active"]),
            "uncovered": int(sums["n_workers"]) - int(sums["n_active"]),
            "dead": int(engine.value("SELECT count(meninggal_on) FROM persons")),
            "person_months": int(engine.value(months)),
        }, basis.has_participants


def apply(
    workspace: Workspace, as_of: date, before: tuple[dict[str, int], bool],
    progress: Progress = SILENT,
) -> Effect:  # fmt: skip
    """Make persons and ledger anew and return what that changed.

    Args:
        workspace: Workspace, locked for writing.
        as_of: Day for which is counted.
        before: ``state`` of that day before the change.
        progress: Listener.
    """
    link.run(link.Request(), workspace, progress)
    if any(i.kind in MONEY_KINDS for i in usable(all_imports(workspace))) or workspace.store().has(
        "ledger"
    ):
        ledger.run(ledger.Request(), workspace, progress)
    after = state(workspace, as_of)
    held = read_register("denominators", workspace.root / "parameters", None).default(
        workspace.place, as_of
    )
    total = int(held.value) if held is not None else None
    told = {name: after[0][name] - before[0][name] for name in after[0] if name in before[0]}
    return Effect(
        as_of, before[0], after[0], _share(before, total), _share(after, total), total,
        not before[0], {name: n for name, n in told.items() if n},
    )  # fmt: skip


def newest_day(workspace: Workspace) -> date | None:
    """Return the newest date of any data that was not withdrawn; None without any."""
    return max((i.as_of for i in usable(all_imports(workspace))), default=None)


def _share(told: tuple[dict[str, int], bool], total: int | None) -> float | None:
    counted, is_covered = told
    return counted["covered"] / total if counted and is_covered and total else None
