"""``cakup match`` and ``cakup dedupe`` beside Splink 5 on tables without NIK, truth known.

    python -m bench.generic                                    small, judging seeds
    python -m bench.generic --full --write docs/explanation/tabel-lain.md
    python -m bench.generic --family persons --entities 3000 --seed 1
    python -m bench.generic --spread 10 --entities 800 --seed 9701    ten seeds, Cakup alone

Cakup is told nothing but the files. Splink is told, per table, the comparison of each column, six
blocking rules and two training rules (``generic_families``). Both without labels. Seeds of the
page were not used in development.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench import generic_families as families
from bench import generic_later as later
from bench import generic_several as several
from bench import generic_unseen as unseen
from bench.accuracy import write
from bench.generic_public import febrl
from bench.spent import Spent, machine, run

SEEDS = (9201, 9202)
THRESHOLDS = (0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)
FAMILIES: dict[str, Callable[[int, int], families.Made]] = {
    "persons": families.persons,
    "persons60": lambda seed, n: families.persons(seed, n, hole=0.45),
    "persons20x": lambda seed, n: families.persons(seed, n, hole=0.2, most=20),
    "companies": families.companies,
    "historical": families.historical,
    "voters": families.voters,
    "patients": unseen.patients,
    "alone": lambda seed, n: unseen.patients(seed, n, (1, 1, 1, 1, 2)),
    "payers": unseen.payers,
    "pupils": later.pupils,
    "members": later.members,
    "goods": later.goods,
    "visits": later.visits,
    "orders": later.orders,
    "cars": several.cars,
    "baptised": several.baptised,
}
SMALL = tuple((name, 800) for name in FAMILIES)
FULL = (
    ("persons", 600), ("persons", 6_000), ("persons60", 3_000), ("persons20x", 1_000),
    ("companies", 3_000), ("historical", 2_000), ("voters", 30_000), ("patients", 3_000),
    ("alone", 3_000), ("payers", 3_000), ("pupils", 3_000), ("members", 3_000), ("goods", 3_000),
    ("visits", 3_000), ("orders", 3_000), ("cars", 3_000), ("baptised", 3_000),
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """How right answers are.

    Args:
        half: Precision, recall and F1 at probability .5.
        best: F1 at the best threshold.
        spent: Cost.
    """

    half: tuple[float, float, float]
    best: float
    spent: Spent


def ratios(true: float, told: float, there: float) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    p = true / told if told else 0.0
    r = true / there if there else 0.0
    return p, r, 2 * true / (told + there) if told + there else 0.0


def halves(made: families.Made) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return a table cut in two: one row of most entities right, all others left.

    Every seventh entity has no row on the right.
    """
    rows = made.rows.with_columns(at=pl.int_range(pl.len()).over("entity"))
    first = (pl.col("at") == 0) & (pl.col("entity").cast(pl.Int64) % 7 != 0)
    return rows.filter(~first).drop("at"), rows.filter(first).drop("at")


def judged_match(
    answers: pl.DataFrame, left: pl.Series, right: pl.Series, at: float
) -> tuple[float, float, float]:
    """Return precision, recall and F1 of best right rows at a threshold."""
    told = answers.filter(pl.col("probability") >= at)
    true = (left.gather(told["left_row"]) == right.gather(told["right_row"])).sum()
    return ratios(float(true), told.height, float(left.is_in(right.implode()).sum()))


def judged_clusters(cluster: pl.Series, entity: pl.Series) -> tuple[float, float, float]:
    """Return precision, recall and F1 of the pairs of rows in one cluster."""
    frame = pl.DataFrame({"c": cluster, "e": entity})

    def pairs(*by: str) -> float:
        n = frame.group_by(by).len()["len"].cast(pl.Float64)
        return float((n * (n - 1) / 2).sum())

    return ratios(pairs("c", "e"), pairs("c"), pairs("e"))


def cakup_match(left: pl.DataFrame, right: pl.DataFrame, space: Path) -> Score:
    """Match with ``cakup match``."""
    paths = [space / "l.parquet", space / "r.parquet", space / "cakup.parquet"]
    left.drop("entity").write_parquet(paths[0])
    right.drop("entity").write_parquet(paths[1])
    words = ["match", str(paths[0]), str(paths[1]), "--out", str(paths[2]), "--json", "--quiet"]
    spent, _ = run(["-m", "cakup", *words])
    return _match_score(pl.read_parquet(paths[2]), left, right, spent)


def _match_score(
    found: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, spent: Spent
) -> Score:
    sides = left["entity"], right["entity"]
    best = max(judged_match(found, *sides, at)[2] for at in THRESHOLDS)
    return Score(judged_match(found, *sides, 0.5), best, spent)


def cakup_dedupe(rows: pl.DataFrame, space: Path, *, best: bool) -> Score:
    """Deduplicate with ``cakup dedupe``, for the best threshold several times."""
    paths = [space / "t.parquet", space / "cakup.parquet"]
    rows.drop("entity").write_parquet(paths[0])
    told, half, first = [], None, None
    for at in (0.5, 0.8) if best else (0.5,):
        words = ["dedupe", str(paths[0]), "--out", str(paths[1]), "--threshold", str(at)]
        spent, _ = run(["-m", "cakup", *words, "--json", "--quiet"])
        clusters = pl.read_parquet(paths[1]).sort("row")["cluster"]
        judged = judged_clusters(clusters, rows["entity"])
        told.append(judged[2])
        half, first = half or judged, first or spent
    assert half is not None
    assert first is not None
    return Score(half, max(told), first)


def splink(tables: Sequence[pl.DataFrame], made: families.Made, space: Path) -> Score:
    """Do the same with Splink."""
    paths = []
    for at, table in enumerate(tables):
        paths.append(str(space / f"s{at}.parquet"))
        table.drop("entity").with_columns(n=pl.int_range(pl.len())).write_parquet(paths[-1])
    out = space / "splink.parquet"
    job = {"tables": paths, "kinds": made.kinds, "rules": made.rules, "train": made.train,
           "certain": made.certain, "out": str(out)}  # fmt: skip
    (space / "job.json").write_text(json.dumps(job), encoding="utf-8")
    spent, _ = run(["-m", "bench.generic_peer", str(space / "job.json")])
    found = pl.read_parquet(out)
    if len(tables) == 2:
        return _match_score(found, tables[0], tables[1], spent)
    judged = {c: judged_clusters(found[c], tables[0]["entity"]) for c in found.columns[1:]}
    return Score(judged["0.5"], max(j[2] for j in judged.values()), spent)


def trial(name: str, made: families.Made, space: Path, peers: bool, best: bool) -> list[str]:
    """Return the lines of one table: match and dedupe, by Cakup and by Splink."""
    left, right = halves(made)
    sides: list[tuple[str, Score, Score | None]] = [
        ("match", cakup_match(left, right, space),
         splink((left, right), made, space) if peers else None),
        ("dedupe", cakup_dedupe(made.rows, space, best=best),
         splink((made.rows,), made, space) if peers else None),
    ]  # fmt: skip
    lines = []
    for verb, ours, theirs in sides:
        lines.append(f"| {name}, {_count(made.rows.height)} baris | `{verb}` | {_cells(ours)} | "
                     f"{_cells(theirs)} |")  # fmt: skip
        print(lines[-1], flush=True)
    return lines


def spread(name: str, seeds: Sequence[int], entities: int, space: Path) -> str:
    """Return a line of one family over many seeds: F1 of match and dedupe at .5, mean and worst.

    What is learnt without labels may go wrong on one table in ten; two seeds would not show it.
    """
    told: dict[str, list[float]] = {"match": [], "dedupe": []}
    for seed in seeds:
        made = FAMILIES[name](seed, entities)
        told["match"].append(cakup_match(*halves(made), space).half[2])
        told["dedupe"].append(cakup_dedupe(made.rows, space, best=False).half[2])
    cells = [f"{_decimal(sum(f1) / len(f1))} | {_decimal(min(f1))}" for f1 in told.values()]
    line = f"| {name} | {' | '.join(cells)} |"
    print(line, flush=True)
    return line


def _spread_page(lines: Sequence[str], seeds: Sequence[int], entities: int) -> str:
    return "\n".join([
        "| tabel | `match`: rata-rata | terburuk | `dedupe`: rata-rata | terburuk |",
        "|---" * 5 + "|", *lines, "",
        f"Benih {seeds[0]}–{seeds[-1]}, {_count(entities)} hal, F1 pada 0,5. "
        f"Diukur {machine('cakup', 'polars', 'numpy', 'duckdb')}.",
    ])  # fmt: skip


def _cells(score: Score | None) -> str:
    if score is None:
        return "–"
    p, r, f1 = (_decimal(x) for x in score.half)
    cost = f"{_decimal(score.spent.cpu_s, 1)} s, {_count(round(score.spent.memory_mb))} MB"
    return f"{p} / {r} | **{f1}** | {_decimal(score.best)} | {cost}"


def _decimal(number: float, places: int = 4) -> str:
    return f"{number:.{places}f}".replace(".", ",")


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def page(lines: Sequence[str]) -> str:
    """Return the table as Markdown."""
    head = "presisi / recall | F1 pada 0,5 | F1 terbaik | CPU, memori"
    return "\n".join([
        f"| tabel | perintah | Cakup: {head} | Splink 5: {head} |", "|---" * 10 + "|", *lines, "",
        f"Diukur {machine('cakup', 'polars', 'numpy', 'duckdb', 'splink')}.",
    ])  # fmt: skip


def main() -> None:
    """Run the trials and print, or write, their table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", action="append")
    parser.add_argument("--entities", type=int)
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--spread", type=int, metavar="SEEDS")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as space:
        told = _spread(asked, Path(space)) if asked.spread else _trials(asked, Path(space))
    if asked.write:
        write(asked.write, told)
    print(told)


def _spread(asked: argparse.Namespace, space: Path) -> str:
    first, entities = (asked.seed or SEEDS)[0], asked.entities or SMALL[0][1]
    seeds = range(first, first + asked.spread)
    lines = [spread(name, seeds, entities, space) for name in asked.family or FAMILIES]
    return _spread_page(lines, seeds, entities)


def _trials(asked: argparse.Namespace, space: Path) -> str:
    plan = FULL if asked.full else SMALL
    if asked.entities:
        plan = tuple((name, asked.entities) for name in FAMILIES)
    lines: list[str] = []
    for name, made in febrl():
        if not asked.family or name in asked.family:
            lines += trial(name, made, space, not asked.no_peers, asked.full)
    for name, n in plan:
        for seed in asked.seed or SEEDS:
            if not asked.family or name in asked.family:
                made = FAMILIES[name](seed, n)
                lines += trial(f"{name} ({seed})", made, space, not asked.no_peers, asked.full)
    return page(lines)


if __name__ == "__main__":
    main()
