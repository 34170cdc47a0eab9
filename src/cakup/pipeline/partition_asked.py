"""How often linkage in partitions misses and how noisy lists are, unit by unit and added up.

Every unit hides rows of its own and links them again as a run at once does; what became of them is
added over all units. Units are kabupaten, whatever the number of partitions, so the figures do not
depend on it. Persons of two units are joined afterwards: that a row is missed because its person
lives elsewhere is not seen here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from cakup.engines.files import read_json, write_json
from cakup.kernel.list_schemas import LIST_NOISE
from cakup.linkage import kept_probes
from cakup.pipeline.imports import Import
from cakup.pipeline.list_coverage import LEAST_PROBES, make_list_coverage_again
from cakup.pipeline.list_noise import noise_of, write_list_noise
from cakup.pipeline.partition_files import Shelf

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine
    from cakup.linkage.resolve import Resolved

PROBES, NOISE, FACTS = "probes", "noise", "asked.json"
DIGITS = 6
FILES = (f"{PROBES}.parquet", f"{NOISE}.parquet", FACTS)


def ask(engine: SqlEngine, resolved: Resolved, lists: Sequence[str], shelf: Shelf, unit: str) -> None:  # fmt: skip  # noqa: E501
    """Hide rows of a unit, link them again, and write ``FILES`` of it.

    Args:
        engine: Engine for the similarity of texts.
        resolved: The unit, linked.
        lists: Imports of the lists of workers that count.
        shelf: Files of the run.
        unit: Unit.
    """
    listed = resolved.listed(lists)
    kept = kept_probes.KeptProbes(pl.DataFrame(schema=kept_probes.SCHEMA), {})
    if resolved.probes_at_most(engine, listed) >= LEAST_PROBES:
        kept = kept_probes.keep(resolved.probes(engine, listed), resolved.sources)
    before, after = resolved.cleaned.frame["nik"], resolved.linked.frame["nik"]
    fillers = before.filter(before.is_not_null() & after.is_null()).unique().sort()
    shelf.put(unit, PROBES, kept.rows)
    shelf.put(unit, NOISE, noise_of(resolved))
    write_json(shelf.folder(unit) / FACTS, {"facts": kept.facts, "fillers": fillers.to_list()})


def tell(engine: SqlEngine, shelf: Shelf, units: Sequence[str], lists: Sequence[Import]) -> None:
    """Make ``made_list_coverage`` and ``made_list_noise`` of what all units found.

    Args:
        engine: Holds ``records`` and ``r_clusters``.
        shelf: Files of the run.
        units: Units.
        lists: Imports that are linked.
    """
    told = [read_json(shelf.folder(unit) / FACTS) for unit in units]
    rows = pl.concat([shelf.get(unit, PROBES) for unit in units])
    facts = [t["facts"] for t in told if t["facts"]]
    enough = rows.filter(what="hidden").height >= LEAST_PROBES
    kept = kept_probes.KeptProbes(rows, summed(facts)) if enough else None
    fillers = sorted({nik for t in told for nik in t["fillers"]})
    make_list_coverage_again(engine, kept, fillers, lists)
    write_list_noise(engine, added([shelf.get(unit, NOISE) for unit in units]))


def summed(facts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the facts of probes of all units together.

    Args:
        facts: As ``kept_probes.KeptProbes`` has them, at least one.
    """
    found: dict[str, Any] = {k: sum(f[k] for f in facts) for k in kept_probes.SCALARS}
    for name in ("bare", "wrong"):
        found[name] = [sum(f[name][at] for f in facts) for at in (0, 1)]
    persons = max(found["persons"], 1)
    shift = sum(f["doubt"][2] * f["persons"] for f in facts) / persons
    return found | {"doubt": [*(sum(f["doubt"][at] for f in facts) for at in (0, 1)), shift]}


def added(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the noise of lists over all units: counts are added, shares follow from them.

    A field that no row of a unit has is told nothing about there: all its rows are without it.

    Args:
        frames: Rows of ``LIST_NOISE`` of each unit.
    """
    every = pl.concat([f.with_columns(unit=pl.lit(at)) for at, f in enumerate(frames)])
    rows = every.group_by("import_id", "unit").agg(pl.col("n_rows").max())
    total = rows.group_by("import_id").agg(total=pl.col("n_rows").sum())
    there = pl.col("n_rows") * (1.0 - pl.col("missing"))
    found = every.group_by("import_id", "field").agg(
        there.sum().alias("there"), (pl.col("n_rows") * pl.col("damaged")).sum().alias("hurt"),
        (pl.col("wrong") * pl.col("n_compared")).sum().alias("wrong"), pl.col("n_compared").sum(),
    )  # fmt: skip
    found = found.join(total, on="import_id").sort("import_id", "field")
    return found.select(
        "import_id", "field", n_rows="total",
        missing=(1.0 - pl.col("there") / pl.col("total")).clip(0.0).round(DIGITS),
        damaged=(pl.col("hurt") / pl.col("total")).round(DIGITS), n_compared="n_compared",
        wrong=pl.when(pl.col("n_compared") > 0)
        .then((pl.col("wrong") / pl.col("n_compared")).round(DIGITS)),
    ).select([c.name for c in LIST_NOISE.columns])  # fmt: skip
