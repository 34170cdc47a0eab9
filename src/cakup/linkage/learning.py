"""Which pairs teach what: the populations from which the parameters are estimated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from cakup.kernel.ports import SqlEngine
from cakup.linkage import parameters as pm
from cakup.linkage.compare import PARTS_PER_BIT, Comparison, compare_sql
from cakup.linkage.vocabulary import Ints

#: Pairs per population at most, about.
SAMPLE = 40_000
RANDOM = 200_000
#: Bits beyond log2(rows) from which a name is so rare that its bearers are mostly one person.
RARE_NAME = 3
ROWS, PERSONS = "lk_rows", "lk_persons"


def learn(
    engine: SqlEngine,
    fields: Sequence[Comparison],
    frame: pl.DataFrame,
    persons: Ints,
    chances: dict[str, float],
) -> pm.Parameters:
    """Estimate the parameters from the rows themselves.

    Args:
        engine: Engine with the temp table ``lk_rows`` (the frame with ``v`` = ``id``).
        fields: Comparisons.
        frame: Cleaned rows with rarities.
        persons: One row per person as far as is known.
        chances: Per field, the chance of equal values among strangers.
    """
    engine.register("lk_persons_given", pl.DataFrame({"v": persons.astype(np.int32)}))
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {PERSONS} AS "
        f"SELECT * FROM {ROWS} SEMI JOIN lk_persons_given USING (v) ORDER BY v"
    )
    engine.drop("lk_persons_given")
    random = _random(engine, fields, persons)
    u = pm.strangers(
        fields, random, _sampled(engine, fields, PERSONS, "d0", ()),
        _sampled(engine, fields, PERSONS, "ntail // 10000", ()), _by_field(fields, chances),
    )  # fmt: skip
    m = pm.same_person(fields, u, _of_one_person(engine, fields, frame, chances))
    s, share = _households(engine, fields, m, frame, persons)
    return pm.Parameters(
        tuple(fields), tuple(m), tuple(u), s, pm.beside_rarity(fields, u, random, chances["words"]),
        share,
    )  # fmt: skip


def _by_field(fields: Sequence[Comparison], chances: dict[str, float]) -> dict[str, float]:
    """Return chances by the names of the comparisons."""
    named = {f.name: chances[f.short] for f in fields if f.short in chances}
    return {**named, "nik_date": chances["nik_date"], "nik_day": chances["nik_day"]}


def _of_one_person(
    engine: SqlEngine, fields: Sequence[Comparison], frame: pl.DataFrame, chances: dict[str, float]
) -> list[pm.Population]:
    """Return the populations that are mostly of one person, each blind for what chose it."""
    found = []
    n = max(frame.height, 2)
    if "nik" in frame.columns and frame["nik"].null_count() < n:
        same = "a.d0 = b.d0" if frame["d0"].null_count() < n else "true"
        found.append(_sampled(engine, fields, ROWS, "nik", ("nik_date",), same))
    if "nplain" in frame.columns:
        least = int((np.log2(n) + RARE_NAME) * PARTS_PER_BIT)
        found.append(_sampled(engine, fields, ROWS, "nplain", ("nama",), f"a.nbits >= {least}"))
    for field in fields:
        strong = chances.get(field.short, 1.0) * n < 1.0
        if field.short in chances and strong:
            found.append(_sampled(engine, fields, ROWS, f"{field.short}_v", (field.name,)))
    return [p for p in found if len(p.count)]


def _households(
    engine: SqlEngine,
    fields: Sequence[Comparison],
    m: Sequence[np.ndarray],
    frame: pl.DataFrame,
    persons: Ints,
) -> tuple[tuple[np.ndarray, ...] | None, float]:
    """Return what members of one household agree on, and the share of pairs that are one."""
    least = int(np.log2(max(len(persons), 2)) * PARTS_PER_BIT)
    found, known = [], []
    for column, bits, name in (
        ("msound", "mbits", "nama_ibu"), ("addr_v", "addr_bits", "alamat"),
        ("phone_v", "phone_bits", "telepon"),
    ):  # fmt: skip
        if column in frame.columns and any(f.name == name for f in fields):
            found.append(_sampled(engine, fields, PERSONS, column, (name,), f"a.{bits} >= {least}"))
            of_persons = frame[persons.tolist()] if len(persons) < frame.height else frame
            has = of_persons[column].is_not_null() & (of_persons[bits] >= least)
            known.append(int(has.sum()) / max(of_persons.height, 1))
    kept = [(p, k) for p, k in zip(found, known, strict=True) if len(p.count) and k > 0]
    if not kept:
        return None, 0.0
    s, counts = pm.households(fields, m, [p for p, _ in kept])
    pairs = len(persons) * (len(persons) - 1) / 2
    share = max(c * p.drawn / k**2 / pairs for c, (p, k) in zip(counts, kept, strict=True))
    return tuple(s), float(min(share, 0.01))


def _random(engine: SqlEngine, fields: Sequence[Comparison], persons: Ints) -> pm.Population:
    """Return random pairs of persons.

    Rows are numbered by a hash of their content, so shifting the list against itself draws at
    random and always the same.
    """
    n = len(persons)
    shifts = [s for s in (n // 2, n // 3, n // 5 + 1) if s]
    each = max(RANDOM // max(len(shifts), 1), 1)
    step = max(n // each, 1)
    left = [persons[::step] for _ in shifts]
    right = [np.roll(persons, -s)[::step] for s in shifts]
    empty = np.zeros(0, dtype=np.int64)
    drawn = pl.DataFrame(
        {"l": np.concatenate([empty, *left]), "r": np.concatenate([empty, *right])}
    )
    engine.register("lk_random", drawn)
    found = _counted(engine, fields, "SELECT * FROM lk_random WHERE l <> r", ROWS, ())
    engine.drop("lk_random")
    return found


def _sampled(
    engine: SqlEngine,
    fields: Sequence[Comparison],
    table: str,
    key: str,
    blind: Sequence[str],
    condition: str = "true",
) -> pm.Population:
    """Return pairs that share a key, every k-th if there are more than ``SAMPLE``."""
    if not _columns(engine, table, key):
        return _counted(engine, fields, "SELECT 0 AS l, 0 AS r WHERE false", table, blind)
    total = engine.value(
        f"SELECT sum(n * (n - 1) // 2)::BIGINT FROM (SELECT count(*) AS n FROM {table} "
        f"WHERE {key} IS NOT NULL GROUP BY {key})"
    )
    every = max(int(total or 0) // SAMPLE, 1)
    join = f"{table} a JOIN {table} b ON {_of('a', key)} = {_of('b', key)} AND a.v < b.v"
    sql = f"SELECT a.v AS l, b.v AS r FROM {join} WHERE (a.v + b.v) % {every} = 0 AND {condition}"
    return _counted(engine, fields, sql, table, blind, every)


def _of(alias: str, key: str) -> str:
    return f"{alias}.{key}"


def _columns(engine: SqlEngine, table: str, key: str) -> bool:
    """Return whether a table has the column that a key begins with."""
    return key.split(" ")[0] in engine.frame(f"SELECT * FROM {table} LIMIT 0").columns


def _counted(
    engine: SqlEngine,
    fields: Sequence[Comparison],
    pairs: str,
    table: str,
    blind: Sequence[str],
    drawn: int = 1,
) -> pm.Population:
    """Compare pairs and count their patterns."""
    sql = compare_sql(fields, f"({pairs})", table)
    counts = engine.frame(
        f"SELECT pattern, count(*)::BIGINT AS n FROM ({sql}) GROUP BY pattern ORDER BY pattern"
    )
    levels = pm.decode(counts["pattern"].to_numpy(), fields)
    return pm.Population(levels, counts["n"].to_numpy().astype(float), frozenset(blind), drawn)
