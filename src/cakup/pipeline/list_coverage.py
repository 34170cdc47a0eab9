"""What share of the persons on lists are participants, corrected for links that were missed.

``cakup link`` hides rows of its own finished run and links them again (``linkage.probes``); the
share that follows, with its 95 % interval, is kept as ``list_coverage`` and printed by
``cakup measure`` beside the share as linked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from cakup.coverage import corrected, corrected_lists
from cakup.coverage.corrected import Corrected
from cakup.coverage.list_share import ListShare
from cakup.kernel.list_schemas import LIST_COVERAGE
from cakup.pipeline.imports import Import, in_force

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine
    from cakup.engines.store import Store
    from cakup.kernel.ports import SqlEngine
    from cakup.linkage.resolve import Resolved

#: Stands for all lists together.
ALL = "semua"
DIGITS = 6
#: Fewer probes say nothing.
LEAST_PROBES = 20


def make_list_coverage(
    engine: DuckEngine, resolved: Resolved | None, imports: Sequence[Import]
) -> None:
    """Make the temp table ``made_list_coverage`` (schema LIST_COVERAGE).

    Empty without participants or without lists of workers.

    Args:
        engine: Engine.
        resolved: The finished run, None if it cannot be asked.
        imports: Files about persons; of every list of workers the latest counts.
    """
    day = max((i.as_of for i in imports), default=None)
    answering = in_force(imports, day) if day else []
    lists = {i.id for i in answering if i.kind == "daftar_pekerja"}
    asked = lists and any(i.kind == "peserta" for i in imports)
    rows = list(_told(engine, resolved, lists)) if asked and resolved else []
    schema = {
        c.name: pl.String if c.type == "VARCHAR" else pl.Float64 for c in LIST_COVERAGE.columns
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    engine.register("list_coverage_told", frame.with_columns(pl.col("n_hidden").cast(pl.Int64)))
    engine.run("CREATE OR REPLACE TEMP TABLE made_list_coverage AS FROM list_coverage_told")
    engine.drop("list_coverage_told")


def _told(
    engine: DuckEngine, resolved: Resolved, lists: set[str]
) -> Iterator[tuple[str | float, ...]]:
    """Yield the rows of the table, all lists first."""
    listed = resolved.listed(lists)
    if resolved.probes_at_most(engine, listed) < LEAST_PROBES:
        return
    probes = resolved.probes(engine, listed)
    if len(probes.source) < LEAST_PROBES:
        return
    whole = corrected.persons(probes, resolved.linked.share_registered(listed))
    yield _row(ALL, whole, len(probes.source))
    for source, one in corrected_lists.of_lists(probes).items():
        n = int((probes.source == source).sum())
        yield _row(resolved.sources[source], one, n)


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
