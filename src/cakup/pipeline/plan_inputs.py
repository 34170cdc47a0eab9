"""What a plan stands on: candidates, rules, cover without the plan, targets, law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

import polars as pl

from cakup.coverage.readings import Distance, distances
from cakup.coverage.register import NATION, Entry, read_register
from cakup.engines.duckdb import DuckEngine
from cakup.kernel.errors import InputError, UsageError, Where
from cakup.kernel.progress import SILENT, Progress
from cakup.law.catalogue import Catalogue, catalogue
from cakup.pipeline import plan_log
from cakup.pipeline.basis import Basis, prepare
from cakup.pipeline.plan_base import Standing, base_cover, standing
from cakup.pipeline.plan_candidates import candidates, record_columns
from cakup.pipeline.plan_levers import Lever, levers
from cakup.pipeline.plan_running import Running, running
from cakup.pipeline.workspace import Workspace
from cakup.places.registry import Places
from cakup.planning.compute import BaseCover
from cakup.planning.criteria.evaluate import Evaluated, evaluate
from cakup.planning.criteria.ruleset import Rule, RuleSet, find_ruleset
from cakup.planning.settings import PlanSettings
from cakup.planning.toml_lines import TomlFile

#: Kind of a rule → column that must hold something somewhere.
NEEDS = {"desil": "desil", "aid": "bansos", "income": "upah_rp_month", "one_per_family": "nkk",
         "occupation": "pekerjaan"}  # fmt: skip
#: Rules that hold whatever the rule set says: law and the rule of one aid payer.
ALWAYS = (
    Rule("hukum-hidup", "alive", "", "out", ""),
    Rule("hukum-wajib-pu", "not_pu", "PP 44/2015, PP 46/2015", "out", ""),
    Rule("hukum-satu-pembayar", "no_double_payer", "", "out", ""),
)


@dataclass(frozen=True)
class PlanInputs:
    """Everything before money.

    Args:
        place: Kemendagri code of the city.
        place_name: Its name.
        places: Areas valid on the day of the data, imported ones included.
        basis: What figures stand on.
        rules: The rule set with the rules that always hold.
        frame: Candidates with facts and identity.
        told: What the rules say of every candidate.
        denominator: Workers, with its paper.
        standing: Who is covered on the day of the data.
        base: Cover without the plan.
        targets: Targets of the place, and increases.
        levers: People who can be covered without APBD.
        catalogue: Parameters of the law.
        hand: Changes by hand: person → ``add`` or ``remove``.
        running: The plan year so far, None before it has begun.
    """

    place: str
    place_name: str
    places: Places
    basis: Basis
    rules: RuleSet
    frame: pl.DataFrame
    told: Evaluated
    denominator: Entry
    standing: Standing
    base: BaseCover
    targets: tuple[Entry, ...]
    levers: tuple[Lever, ...]
    catalogue: Catalogue
    hand: dict[str, str] = field(default_factory=dict)
    running: Running | None = None

    def distances(self, current: int) -> tuple[Distance, ...]:
        """Return the distance of a number of persons to every target."""
        baseline, day = self.standing.before_year(self.basis.as_of, self.told.year)
        return distances(
            self.targets, int(self.denominator.value), current, baseline, day.isoformat()
        )

    def aimed_at(self, named: str) -> Distance | None:
        """Return the target that a plan aims at; without a name reading A of an increase.

        Raises:
            UsageError: ``plan.target.unknown``.
        """
        held = {target_key(d): d for d in self.distances(0)}
        if not held:
            return None
        if named:
            if named in held:
                return held[named]
            near = get_close_matches(named, list(held), n=3, cutoff=0.3) or list(held)
            raise UsageError("plan.target.unknown", target=named[:40], near=", ".join(near))
        readings = [k for k in held if k.endswith("/A")]
        return held[readings[0]] if readings else next(iter(held.values()))


def target_key(one: Distance) -> str:
    """Return how a plan names a target: its id, with the reading of an increase."""
    return f"{one.entry.id}/{one.reading}" if one.reading else one.entry.id


def gather(
    engine: DuckEngine, workspace: Workspace, settings: PlanSettings, progress: Progress = SILENT,
    *, with_money: bool = True,
) -> PlanInputs:  # fmt: skip
    """Gather what a plan stands on.

    Args:
        engine: Engine.
        workspace: Workspace, linked and with its ledger.
        settings: The plan.
        progress: Listener.
        with_money: Whether cover without the plan and levers are needed; a preview needs none.

    Raises:
        InputError: ``plan.criteria.no_column``, ``plan.no_denominator``, ``plan.no_candidates``,
            ``gap.no_participants``.
    """
    from cakup.pipeline.places import city_places

    rules = with_always(find_ruleset(settings.criteria, settings.folder))
    basis = prepare(engine, workspace, settings.as_of, settings.known, progress)
    if not basis.has_participants:
        raise InputError("gap.no_participants", day=settings.as_of.isoformat())
    _refuse_missing_columns(engine, rules, settings)
    progress.step("menyusun calon penerima")
    extra = [str(r.get("name")) for r in rules.of_kind("column")]
    frame = candidates(engine, basis, extra)
    hand = {p: e.event for p, e in plan_log.by_hand(workspace, settings.year).items()}
    told = with_hand(evaluate(rules, frame, settings.year, settings.as_of, settings.payers), hand)
    places = city_places(workspace, settings.as_of)
    local = workspace.root / "parameters"
    held = read_register("denominators", local, settings.known)
    denominator = held.default(workspace.place, settings.as_of)
    if denominator is None:
        raise InputError("plan.no_denominator")
    stands = standing(engine, basis, settings.year)
    base = base_cover(engine, basis, stands, settings.year, int(denominator.value))
    seen = levers(engine, basis, int(denominator.value)) if with_money else ()
    return PlanInputs(
        workspace.place, places.named([workspace.place])[workspace.place], places, basis, rules,
        frame, told,
        denominator, stands, base, _targets(workspace, settings),
        seen, catalogue(local / "law", settings.known), hand,
        running(engine, workspace, basis, settings, told) if with_money else None,
    )  # fmt: skip


def with_always(rules: RuleSet) -> RuleSet:
    """Return a rule set with the rules that hold whatever it says."""
    from dataclasses import replace

    held = {r.kind for r in rules.rules}
    return replace(rules, rules=(*rules.rules, *(r for r in ALWAYS if r.kind not in held)))


def with_hand(told: Evaluated, hand: dict[str, str]) -> Evaluated:
    """Apply the changes by hand: who was taken out is out, who was added is in."""
    from dataclasses import replace

    if not hand:
        return told
    marks = pl.col("person_id").replace_strict(hand, default=None, return_dtype=pl.String)
    frame = told.frame.with_columns(hand=marks).with_columns(
        is_in=pl.when(pl.col("hand") == "add").then(True)
        .when(pl.col("hand") == "remove").then(False).otherwise(pl.col("is_in")),
    )  # fmt: skip
    return replace(told, frame=frame)


def _refuse_missing_columns(engine: DuckEngine, rules: RuleSet, settings: PlanSettings) -> None:
    """Refuse rules about a column that no list has, naming file and line."""
    held = record_columns(engine)
    for number, rule in enumerate(rules.rules):
        column = NEEDS.get(rule.kind) or (rule.get("name") if rule.kind == "column" else None)
        if column is None or column in held:
            continue
        raise InputError(
            "plan.criteria.no_column", where=_where(rules, settings, number), rule=rule.id,
            column=str(column)[:40], near=", ".join(n for n in held if n not in _TECHNICAL),
        )  # fmt: skip


_TECHNICAL = frozenset(
    {"record_id", "import_id", "kind", "sheet", "sheet_row", "outcome", "notes", "is_sk_ready",
     "nik", "nik_status", "nik_seen", "nama", "tanggal_lahir_status", "nama_ibu"}
)  # fmt: skip


def _where(rules: RuleSet, settings: PlanSettings, number: int) -> Where:
    from cakup.planning.criteria.ruleset import SHIPPED

    for folder in (settings.folder, SHIPPED):
        if (folder / rules.file).is_file():
            return TomlFile(folder / rules.file).where("rule", number)
    return Where(file=rules.file)


def _targets(workspace: Workspace, settings: PlanSettings) -> tuple[Entry, ...]:
    """Return the nation's increases and paths, and the targets of the place for the plan year."""
    register = read_register("targets", workspace.root / "parameters", settings.known)
    day = date(settings.year, 12, 31)
    nation: Sequence[Entry] = sorted(
        register.at(NATION, day), key=lambda e: (e.kind != "kenaikan", e.since, e.id)
    )
    own = sorted(register.at(workspace.place, day), key=lambda e: (e.since, e.id))
    return (*nation, *own)
