"""What ``cakup link`` keeps for its next run: how persons are written, and what weighs them.

These are person-level tables of the workspace like ``persons``. They stand in ``tables/`` and
become current with the tables that they belong to, in one rename; only the latest version stays. A
run over all rows writes the large ones; a run that only does what is new adds to them. Whatever
does not fit (another release, a file that was withdrawn, a damaged table) is not used: then all
rows are linked again, and the reason is told. Erasing a person forgets them all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup import __version__
from cakup.kernel.errors import CakupError
from cakup.pipeline.fingerprints import kept_marks

if TYPE_CHECKING:
    from cakup.engines.store import Store
    from cakup.kernel.ports import SqlEngine
    from cakup.linkage.keeping import Known, Written
    from cakup.linkage.kept_probes import KeptProbes
    from cakup.pipeline.imports import Import
    from cakup.pipeline.link_at_once import Asked

#: Changes whenever what is kept means something else.
FORMAT = 1
NAMES = (
    "written", "written_more", "ties", "counts", "villages", "decided", "redone", "marks",
    "marks_more", "probes", "facts",
)  # fmt: skip
TABLES = tuple(f"kept_{name}" for name in NAMES)
#: Rows from which on it is worth keeping anything: fewer are linked again in no time.
LEAST_ROWS = 20_000
#: Share of the rows that taught the weights beyond which new ones teach them anew.
MOST_NEW = 0.1
#: How far the line that answers draw over the odds may move before all is weighed again: bits, and
#: share of the factor.
MOST_SHIFT, MOST_TURN = 0.25, 0.05


@dataclass(frozen=True)
class Held:
    """What the runs before keep.

    Args:
        known: Parameters, counts, priors, see ``linkage.keeping``.
        written: How persons are written; labels are person ids.
        more: The part of it that was written since the last run over all rows.
        redone: Persons who are not as that run had them.
        decided: Decisions about pairs in force at the last run.
        imports: Imports whose rows are linked.
        returns: Imports of answers that came back.
        rows: Rows of the last run over all rows.
        added: Rows that said something new since.
        line: What answers of people made of the odds.
        probes: What became of hidden rows at the last run over all rows.
        marks: Files with the fingerprints of records.
    """

    known: Known
    written: Written
    more: pl.DataFrame
    redone: frozenset[str]
    decided: pl.DataFrame
    imports: tuple[str, ...]
    returns: tuple[str, ...]
    rows: int
    added: int
    line: tuple[float, float]
    probes: KeptProbes | None
    marks: tuple[Path, ...]


def held(
    store: Store, lists: Sequence[Import], line: tuple[float, float], *, is_now: bool,
    is_wanted: bool,
) -> tuple[Held | None, str]:  # fmt: skip
    """Return what is kept if this run may go on from it, else None and why not.

    Args:
        store: Tables of the workspace.
        lists: Usable imports about persons.
        line: What answers of people make of the odds now.
        is_now: Whether all files and decisions count.
        is_wanted: Whether only what is new is to be linked at all.
    """
    if not is_now:
        return None, "known"
    if not is_wanted:
        return None, "asked"
    return read(store, [i.id for i in lists], line)


def read(store: Store, usable: Iterable[str], line: tuple[float, float]) -> tuple[Held | None, str]:
    """Return what is kept if the next run may go on from it, else None and why not.

    Args:
        store: Tables of the workspace.
        usable: Imports about persons that are usable now.
        line: What answers of people make of the odds now.

    Returns:
        ``Held``, or None and a word of ``link_work.REASONS``.
    """
    if not all(store.has(name) for name in TABLES):
        return None, "first"
    try:
        facts = json.loads(pl.read_parquet(store.path("kept_facts"))["facts"][0])
        if facts["made_by"] != _made_by():
            return None, "release"
        if not set(facts["imports"]) <= set(usable):
            return None, "withdrawn"
        shift, factor = (abs(a - b) for a, b in zip(facts["line"], line, strict=True))
        if shift > MOST_SHIFT or factor > MOST_TURN:
            return None, "answers"
        return _held(store, facts), ""
    except (CakupError, OSError, pl.exceptions.PolarsError, ValueError, KeyError, TypeError):
        return None, "damaged"


def is_current(store: Store) -> bool:
    """Return whether what is kept was kept by this release.

    Args:
        store: Tables of the workspace; what is kept is intact.
    """
    facts = json.loads(pl.read_parquet(store.path("kept_facts"))["facts"][0])
    return bool(facts["made_by"] == _made_by())


def _held(store: Store, facts: dict[str, Any]) -> Held:
    frames = {
        name: pl.read_parquet(store.path(f"kept_{name}"))
        for name in NAMES
        if name not in ("facts", "marks", "marks_more")
    }
    keeping = import_module("cakup.linkage.keeping")
    redone = frames["redone"]["person"]
    base = frames["written"].filter(~pl.col("person").is_in(redone.implode()))
    written = keeping.Written(
        pl.concat([base, frames["written_more"]]), frames["ties"]
    )  # fmt: skip
    return Held(
        keeping.read_spelled(facts["known"], frames["counts"], frames["villages"]), written,
        frames["written_more"], frozenset(redone.to_list()), frames["decided"],
        tuple(facts["imports"]), tuple(facts["returns"]), int(facts["rows"]), int(facts["added"]),
        (float(facts["line"][0]), float(facts["line"][1])),
        _probes(frames["probes"], facts["probes"]),
        (store.path("kept_marks"), store.path("kept_marks_more")),
    )  # fmt: skip


def _probes(rows: pl.DataFrame, facts: dict[str, Any] | None) -> KeptProbes | None:
    if facts is None:
        return None
    told: KeptProbes = import_module("cakup.linkage.kept_probes").KeptProbes(rows, facts)
    return told


def write_whole(
    store: Store, engine: SqlEngine, asked: Asked | None, imports: list[str],
    returns: tuple[str, ...], line: tuple[float, float],
) -> None:  # fmt: skip
    """Keep a run over all rows, or see to it that nothing is kept; current with the commit.

    Args:
        store: Tables of the workspace.
        engine: Holds ``record_marks``, ``cluster_persons`` and ``decisions_pairs``.
        asked: The run; None or of few rows: nothing is kept.
        imports: Imports that were linked.
        returns: Imports of answers that came back.
        line: What answers of people made of the odds.
    """
    known = None
    if asked is not None and len(asked.resolved.names) >= LEAST_ROWS:
        known = asked.resolved.known(engine)
    if known is None or asked is None:
        store.forget(*TABLES)
        return
    resolved = asked.resolved
    written = labelled(resolved.written(known.lists), _persons(engine))
    held = Held(
        known, written, written.table.clear(), frozenset(), _decided(engine), tuple(imports),
        returns, len(resolved.names), 0, line, asked.probes, (),
    )  # fmt: skip
    marks = kept_marks(engine, imports)
    store.keep("kept_marks", marks)
    store.keep("kept_marks_more", marks.clear())
    store.keep("kept_written", written.table)
    store.keep("kept_counts", known.whole.counts.frame())  # type: ignore[attr-defined]
    store.keep("kept_villages", known.villages)
    rows = asked.probes.rows if asked.probes else pl.DataFrame({"what": []})
    store.keep("kept_probes", rows)
    _keep_changing(store, held)


def write_more(
    store: Store, engine: SqlEngine, held: Held, part: Written | None, gone: Iterable[str],
    imports: list[str], added: int,
) -> None:  # fmt: skip
    """Keep what a run that only did what is new changed.

    Args:
        store: Tables of the workspace.
        engine: Holds ``record_marks``, ``scope_named`` and ``decisions_pairs``.
        held: What was kept.
        part: How the persons that were looked at again are written; labels are clusters.
        gone: Those persons as they were called before.
        imports: Imports that are linked now.
        added: Rows that said something new.
    """
    # Whoever was not looked at is called as he was.
    persons = _persons(engine, "scope_named")
    part = labelled(part, persons) if part else _only(held.written, pl.Series([], dtype=pl.String))
    changed = persons.filter(pl.col("cluster_id") != pl.col("person_id"))
    renamed = changed.filter(pl.col("cluster_id").is_in(held.written.table["person"].implode()))
    base = labelled(_only(held.written, renamed["cluster_id"]), renamed)
    out = {*gone, *renamed["cluster_id"], *part.table["person"], *base.table["person"]}
    more = held.more.filter(~pl.col("person").is_in(list(out)))
    table = pl.concat([more, base.table, part.table.select(more.columns).cast(more.schema)])
    kept = labelled(_without(held.written, set(gone)), renamed).ties
    ties = pl.concat([kept, part.ties]).unique().sort("a", "b")
    since = [i for i in imports if i not in held.imports]
    before = pl.read_parquet(held.marks[1])
    marks = pl.concat([before, kept_marks(engine, since).cast(before.schema)])
    store.keep("kept_marks_more", marks)
    _keep_changing(store, replace(
        held, written=replace(held.written, ties=ties), more=table.sort("person"),
        redone=held.redone | out, decided=_decided(engine), imports=tuple(imports),
        added=held.added + added,
    ))  # fmt: skip


def _keep_changing(store: Store, held: Held) -> None:
    """Write the tables that every run changes."""
    keeping = import_module("cakup.linkage.keeping")
    facts = {
        "made_by": _made_by(), "imports": sorted(held.imports),
        "returns": held.returns, "rows": held.rows,
        "added": held.added, "line": list(held.line),
        "probes": held.probes.facts if held.probes else None, "known": keeping.spelled(held.known),
    }  # fmt: skip
    redone = pl.DataFrame({"person": sorted(held.redone)}, schema={"person": pl.String})
    for name, frame in {
        "written_more": held.more, "ties": held.written.ties, "decided": held.decided,
        "redone": redone, "facts": pl.DataFrame({"facts": [json.dumps(facts)]}),
    }.items():  # fmt: skip
        store.keep(f"kept_{name}", frame)


def labelled(written: Written, persons: pl.DataFrame) -> Written:
    """Return what is written with other labels; those that are not named stay.

    Args:
        written: What is written.
        persons: ``cluster_id``, ``person_id``.
    """
    names: Mapping[str, pl.Series] = {
        "old": persons["cluster_id"].cast(pl.String), "new": persons["person_id"].cast(pl.String)
    }  # fmt: skip
    named = pl.DataFrame(names, schema={"old": pl.String, "new": pl.String})

    def renamed(frame: pl.DataFrame, column: str) -> pl.DataFrame:
        told = frame.join(named, left_on=column, right_on="old", how="left", maintain_order="left")
        return told.with_columns(pl.coalesce("new", column).alias(column)).drop("new")

    ties = renamed(renamed(written.ties, "a"), "b").filter(pl.col("a") != pl.col("b"))
    return replace(written, table=renamed(written.table, "person"), ties=ties)


def _only(written: Written, persons: pl.Series) -> Written:
    some = pl.col("person").is_in(persons.implode())
    return replace(written, table=written.table.filter(some), ties=written.ties.clear())


def _without(written: Written, persons: set[str]) -> Written:
    some = list(persons)
    ties = written.ties.filter(~(pl.col("a").is_in(some) & pl.col("b").is_in(some)))
    return replace(written, table=written.table.clear(), ties=ties)


def forget(store: Store) -> None:
    """See to it at once that nothing is kept, and that no version of it is left."""
    store.forget(*TABLES)
    store.commit()
    store.prune(*TABLES)


def _made_by() -> list[Any]:
    """Return what made the kept tables: their meaning depends on it."""
    return [FORMAT, __version__, pl.__version__]


def _persons(engine: SqlEngine, table: str = "cluster_persons") -> pl.DataFrame:
    return engine.frame(f"SELECT cluster_id, person_id FROM {table} ORDER BY cluster_id")


def _decided(engine: SqlEngine) -> pl.DataFrame:
    """Return the decisions about pairs that linkage obeyed."""
    schema = {"left_record_id": pl.String, "right_record_id": pl.String, "same": pl.Boolean}
    told = engine.frame("SELECT left_record_id, right_record_id, same FROM decisions_pairs")
    return told.cast(pl.Schema(schema)).sort("left_record_id", "right_record_id", "same")
