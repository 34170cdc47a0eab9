"""What share of the persons on lists are participants, corrected for links that were missed.

``cakup link`` hides rows of its own finished run and links them again (``linkage.probes``); the
share that follows, with its 95 % interval, is kept as ``list_coverage`` and printed by
``cakup measure`` beside the share as linked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from cakup.coverage import corrected, corrected_lists
from cakup.coverage.corrected import Corrected
from cakup.coverage.list_share import ListShare
from cakup.kernel.list_schemas import LIST_COVERAGE
from cakup.linkage import kept_probes
from cakup.pipeline.imports import Import, in_force

if TYPE_CHECKING:
    from cakup.engines.store import Store
    from cakup.kernel.ports import SqlEngine
    from cakup.linkage.kept_probes import KeptProbes
    from cakup.linkage.probes import Probes
    from cakup.linkage.resolve import Resolved

#: Stands for all lists together.
ALL = "semua"
DIGITS = 6
#: Fewer probes say nothing.
LEAST_PROBES = 20


def make_list_coverage(
    engine: SqlEngine, resolved: Resolved | None, imports: Sequence[Import]
) -> KeptProbes | None:
    """Make the temp table ``made_list_coverage`` (schema LIST_COVERAGE).

    Empty without participants or without lists of workers.

    Args:
        engine: Engine.
        resolved: The finished run, None if it cannot be asked.
        imports: Files about persons; of every list of workers the latest counts.

    Returns:
        What became of hidden rows, for runs that do not hide any.
    """
    lists = {i.id for i in answering(imports)}
    probes = _probes(engine, resolved, lists) if lists and resolved else None
    if probes is None or resolved is None:
        _make(engine, [])
        return None
    share = resolved.linked.share_registered(resolved.listed(lists))
    _make(engine, _rows(probes, share, resolved.sources))
    return kept_probes.keep(probes, resolved.sources)


def make_list_coverage_again(
    engine: SqlEngine, kept: KeptProbes | None, fillers: Sequence[str], imports: Sequence[Import]
) -> None:
    """Make ``made_list_coverage`` of what hidden rows became at the last run over all rows.

    Args:
        engine: Holds ``records`` and ``r_clusters``.
        kept: What became of them, None if none were hidden.
        fillers: NIKs that are nobody's.
        imports: Files about persons.
    """
    lists = answering(imports)
    if kept is None or not lists:
        _make(engine, [])
        return
    names = [i.id for i in lists]
    of_list = {i.list_key: n for n, i in enumerate(lists)}
    number = {i.id: of_list[i.list_key] for i in imports if i.list_key in of_list}
    number |= {i.id: n for n, i in enumerate(lists)}
    seen, share = _seen(engine, names, fillers)
    _make(engine, _rows(kept_probes.again(kept, number, seen), share, names))


def answering(imports: Sequence[Import]) -> list[Import]:
    """Return the lists of workers that count now; none if nobody is a participant."""
    day = max((i.as_of for i in imports), default=None)
    if day is None or not any(i.kind == "peserta" for i in imports):
        return []
    return [i for i in in_force(imports, day) if i.kind == "daftar_pekerja"]


def _seen(
    engine: SqlEngine, names: Sequence[str], fillers: Sequence[str]
) -> tuple[kept_probes.Seen, float]:
    """Return the rows of lists as they stand, and the share of their persons in the register."""
    sources = pl.DataFrame({"import_id": names, "n": range(len(names))})
    engine.register("coverage_lists", sources)
    engine.register("coverage_fillers", pl.DataFrame({"nik": fillers}, schema={"nik": pl.String}))
    rows = engine.frame("""
        WITH enrolled AS (
            SELECT DISTINCT c.cluster_id FROM r_clusters c
            JOIN records r USING (record_id) WHERE r.kind = 'peserta')
        SELECT l.n, r.record_id, c.cluster_id, e.cluster_id IS NOT NULL AS is_registered,
               r.nik IS NOT NULL AND r.nik NOT IN (SELECT nik FROM coverage_fillers)
                   AS is_numbered
        FROM records r JOIN coverage_lists l USING (import_id)
        JOIN r_clusters c USING (record_id) LEFT JOIN enrolled e USING (cluster_id)
        ORDER BY r.record_id""").with_columns(beside=pl.len().over("cluster_id") - 1)
    engine.drop("coverage_lists")
    engine.drop("coverage_fillers")
    persons = rows.group_by("cluster_id").agg(
        pl.col("is_registered").any(), pl.col("is_numbered").any()
    )
    numbered = persons.filter("is_numbered")
    seen = kept_probes.Seen(
        rows["n"].to_numpy().astype(np.int64), rows["is_numbered"].to_numpy(),
        rows["beside"].to_numpy().astype(np.int64), rows["is_registered"].to_numpy(),
        numbered.height, int(numbered["is_registered"].sum()),
    )  # fmt: skip
    return seen, float(persons["is_registered"].sum()) / max(persons.height, 1)


def _make(engine: SqlEngine, rows: Sequence[tuple[str | float, ...]]) -> None:
    """Make the table of rows."""
    schema = {
        c.name: pl.String if c.type == "VARCHAR" else pl.Float64 for c in LIST_COVERAGE.columns
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    engine.register("list_coverage_told", frame.with_columns(pl.col("n_hidden").cast(pl.Int64)))
    engine.run("CREATE OR REPLACE TEMP TABLE made_list_coverage AS FROM list_coverage_told")
    engine.drop("list_coverage_told")


def _probes(engine: SqlEngine, resolved: Resolved, lists: set[str]) -> Probes | None:
    """Hide rows and link them again; None if there are too few to say anything."""
    listed = resolved.listed(lists)
    if resolved.probes_at_most(engine, listed) < LEAST_PROBES:
        return None
    probes = resolved.probes(engine, listed)
    return probes if len(probes.source) >= LEAST_PROBES else None


def _rows(
    probes: Probes, share: float, sources: Sequence[str]
) -> list[tuple[str | float, ...]]:  # fmt: skip
    """Return the rows of the table, all lists first."""
    found = [_row(ALL, corrected.persons(probes, share), len(probes.source))]
    for source, one in corrected_lists.of_lists(probes).items():
        found.append(_row(sources[source], one, int((probes.source == source).sum())))
    return found


def _row(name: str, told: Corrected, n_hidden: int) -> tuple[str | float, ...]:
    numbers = (told.listed, told.covered, told.uncorrected, told.value, told.low, told.high)
    return (name, *(round(float(x), DIGITS) for x in numbers), float(n_hidden))


def list_shares(
    engine: SqlEngine, store: Store, answering: Sequence[Import]
) -> tuple[ListShare, ...]:
    """Return what the last ``cakup link`` found, all lists first; empty if it answers other lists.

    Args:
        engine: Engine.
        store: Versions that are read.
        answering: Files that answer for the day of the figure: what was found for later lists
            says nothing about it.
    """
    if not store.has(LIST_COVERAGE.name):
        return ()
    store.view(engine, LIST_COVERAGE.name)
    rows = engine.frame(f"SELECT * FROM {LIST_COVERAGE.name} ORDER BY import_id").to_dicts()
    of = {i.id: i for i in answering if i.kind == "daftar_pekerja"}
    if {r["import_id"] for r in rows} != {ALL, *of}:
        return ()
    found = []
    for row in rows:
        one = of.get(str(row.pop("import_id")))
        found.append(ListShare(one.sender if one else "", one.list_name if one else "", **row))
    return tuple(sorted(found, key=lambda s: (s.sender, s.list_name)))
