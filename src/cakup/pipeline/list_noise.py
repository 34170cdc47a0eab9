"""How noisy each list is, as ``cakup link`` finds it: a finding about the sender's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import polars as pl

from cakup.kernel.list_schemas import LIST_NOISE
from cakup.pipeline.imports import Import

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine
    from cakup.linkage.resolve import Resolved

#: Kinds of files about which it is told.
KINDS = ("daftar_pekerja", "peserta")
#: Compared values below which a share says more about other lists than about this one.
FEWEST = 30
DIGITS = 6


@dataclass(frozen=True)
class FieldNoise:
    """One field of one list.

    Args:
        missing: Share of the rows without it, 0–1.
        damaged: Share of the rows with a damaged NIK.
        wrong: Share of the values that is wrong, None if fewer than ``FEWEST`` could be compared.
        n_compared: Values whose person has another value to hold against them.
    """

    missing: float
    damaged: float
    wrong: float | None
    n_compared: int


@dataclass(frozen=True)
class ListNoise:
    """One list.

    Args:
        import_id: Import.
        sender: Who sent it.
        list_name: Which of the sender's lists.
        kind: ``daftar_pekerja`` or ``peserta``.
        n_rows: Rows.
        fields: By field of ``linkage.noise``.
    """

    import_id: str
    sender: str
    list_name: str
    kind: str
    n_rows: int
    fields: dict[str, FieldNoise]


def make_list_noise(engine: SqlEngine, resolved: Resolved | None) -> None:
    """Make the temp table ``made_list_noise`` (schema LIST_NOISE).

    Args:
        engine: Engine.
        resolved: The finished run, None if it cannot be asked: then the table is empty.
    """
    write_list_noise(engine, noise_of(resolved))


def make_list_noise_again(
    engine: SqlEngine, before: pl.DataFrame, resolved: Resolved | None, lists: Sequence[Import],
    fresh: Mapping[str, str | None],
) -> None:  # fmt: skip
    """Make ``made_list_noise`` where only what is new was linked.

    Of a list that came before it is what it was; a later file of a list errs like the one before.

    Args:
        engine: Holds ``records``.
        before: The table of the last run.
        resolved: The rows that were linked; all rows of new lists are among them.
        lists: Imports that are linked.
        fresh: New imports, each with the import of its list before, None if there is none.
    """
    old = before.filter(pl.col("import_id").is_in([i.id for i in lists]))
    told = noise_of(resolved)
    new = told.filter(pl.col("import_id").is_in([k for k, v in fresh.items() if v is None]))
    later = {k: v for k, v in fresh.items() if v is not None}
    repeated = [
        old.filter(import_id=was).with_columns(import_id=pl.lit(one)) for one, was in later.items()
    ]
    sizes = engine.frame("SELECT import_id, count(*) AS rows FROM records GROUP BY import_id")
    frame = pl.concat([old.cast(told.schema), new, *(r.cast(told.schema) for r in repeated)])
    frame = frame.join(sizes, on="import_id", how="left", maintain_order="left")
    write_list_noise(engine, frame.with_columns(n_rows=pl.coalesce("rows", "n_rows")).drop("rows"))


def noise_of(resolved: Resolved | None) -> pl.DataFrame:
    """Return the rows of the table for the rows that were linked."""
    types = {"VARCHAR": pl.String, "BIGINT": pl.Int64, "DOUBLE": pl.Float64}
    schema = {c.name: types[c.type] for c in LIST_NOISE.columns}
    if resolved is None:
        return pl.DataFrame(schema=schema)
    noise = import_module("cakup.linkage.noise")
    told: pl.DataFrame = noise.of_lists(
        resolved.linked, len(resolved.sources), resolved.lines
    )  # fmt: skip
    names = pl.Series("import_id", list(resolved.sources), dtype=pl.String)
    return told.select(
        names.gather(told["source"]), "field", "n_rows",
        pl.col("missing", "damaged").round(DIGITS), "n_compared", pl.col("wrong").round(DIGITS),
    ).select(list(schema)).cast(pl.Schema(schema))  # fmt: skip


def write_list_noise(engine: SqlEngine, frame: pl.DataFrame) -> None:
    """Make ``made_list_noise`` of rows of the schema LIST_NOISE."""
    engine.register("list_noise_told", frame)
    engine.run("CREATE OR REPLACE TEMP TABLE made_list_noise AS FROM list_noise_told")
    engine.drop("list_noise_told")


def list_noise(engine: SqlEngine, imports: Sequence[Import]) -> tuple[ListNoise, ...]:
    """Return what ``made_list_noise`` says of files about workers and participants.

    Args:
        engine: Engine with the table.
        imports: Imports that were linked.
    """
    of = {i.id: i for i in imports if i.kind in KINDS}
    held: dict[str, dict[str, FieldNoise]] = {}
    rows: dict[str, int] = {}
    for row in engine.frame("SELECT * FROM made_list_noise ORDER BY import_id, field").to_dicts():
        wrong = row["wrong"] if row["n_compared"] >= FEWEST else None
        rows[row["import_id"]] = row["n_rows"]
        held.setdefault(row["import_id"], {})[row["field"]] = FieldNoise(
            row["missing"], row["damaged"], wrong, row["n_compared"]
        )
    told = [
        ListNoise(i, of[i].sender, of[i].list_name, of[i].kind, rows[i], fields)
        for i, fields in held.items() if i in of
    ]  # fmt: skip
    return tuple(sorted(told, key=lambda one: (one.kind, one.sender, one.list_name, one.import_id)))
