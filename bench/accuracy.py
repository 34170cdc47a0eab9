"""How right ``cakup match`` and ``cakup link`` are, on cities whose truth is known.

    python -m bench.accuracy                                  both, small
    python -m bench.accuracy --persons 130000 --write docs/explanation/accuracy.md

Seeds must not have been used in development. Each verb runs in a process of its own; CPU seconds
are those of the whole process, start of Python and reading of files included.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.judge import Judged, answered, best, judge, pairs_judged
from bench.noisy_city import make
from bench.spent import Spent, machine, run

SEEDS = (8301, 8302)
NEVER = 2.0
FROM, SURE = 0.5, 0.95


@dataclass(frozen=True)
class Trial:
    """One run on one city.

    Args:
        title: What was run, on what.
        spent: Cost of the verb.
        rows: One per row of the lists: list, person, probability, is_right, is_covered.
        notes: Sentences about what else was seen.
    """

    title: str
    spent: Spent
    rows: pl.DataFrame
    notes: tuple[str, ...] = ()


def match_trial(persons: int, seed: int, *, correlated: bool) -> Trial:
    """Run ``cakup match`` on the second maker's city (``bench.noisy_city``).

    Args:
        persons: Persons of the city.
        seed: Seed.
        correlated: Whether words of a name go together.
    """
    city = make(persons, seed, correlated=correlated)
    with tempfile.TemporaryDirectory() as folder:
        left, right, out = (Path(folder) / f"{n}.parquet" for n in ("left", "right", "out"))
        city.workers.drop("person").write_parquet(left)
        city.register.drop("person").write_parquet(right)
        spent, _ = run(
            ["-m", "cakup", "match", str(left), str(right), "--out", str(out),
             "--source-column", "list", "--quiet"]
        )  # fmt: skip
        answers = pl.read_parquet(out)
    rows = answered(city.workers.select("list", "person"), city.register["person"], answers)
    rows = rows.with_columns(state=_state(city.workers))
    names = "kata nama berkaitan" if correlated else "kata nama bebas"
    return Trial(
        f"cakup match, kota pembuat kedua, {names}, benih {seed}, "
        f"{_count(city.workers.height)} × {_count(city.register.height)} baris",
        spent, rows,
    )  # fmt: skip


def _state(rows: pl.DataFrame) -> pl.Series:
    """Return in words what a row has to be found by."""
    number = pl.col("nik").str.replace_all("[^0-9]", "")
    has_nik = number.str.contains("^[1-9][0-9]{15}$") & ~number.str.ends_with("0000")
    has_nik &= number.str.contains("^1234567890123456$").not_()
    has_date = pl.col("tanggal_lahir").is_not_null()
    one_word = pl.col("nama").str.strip_chars().str.contains(" ").not_()
    both = pl.when(has_nik.fill_null(False))
    return rows.select(
        both.then(pl.lit("1 NIK 16 angka"))
        .when(has_date).then(pl.lit("2 tanpa NIK utuh, dengan tanggal"))
        .when(one_word).then(pl.lit("4 tanpa NIK, tanpa tanggal, nama satu kata"))
        .otherwise(pl.lit("3 tanpa NIK, tanpa tanggal"))
    ).to_series()  # fmt: skip


def link_trial(persons: int, seed: int, *, correlated: bool) -> Trial:
    """Run ``cakup link`` on a synth city imported from its messy files.

    Args:
        persons: Workers of the city.
        seed: Seed.
        correlated: Whether words of a name go together.
    """
    from cakup.pipeline import demo, synth
    from cakup.pipeline.workspace import Workspace

    with tempfile.TemporaryDirectory() as folder:
        files, space = Path(folder) / "berkas", Path(folder) / "kerja"
        covered = round(persons * 43_526 / 132_826)
        synth.run(
            synth.Request(
                str(files), workers=persons, covered=covered, as_of="2025-10-31", seed=seed,
                correlated_names=correlated,
            )
        )  # fmt: skip
        workspace = Workspace.create(space, "12.75", seed=seed)
        demo.import_all(files, workspace)
        spent, _ = run(["-m", "cakup", "link", "-w", str(space), "--json", "--quiet"])
        rows, notes = _linked_rows(workspace, files / "truth" / "records.parquet")
    names = "kata nama berkaitan" if correlated else "kata nama bebas"
    title = f"cakup link, kota rekaan, {names}, benih {seed}, {_count(rows.height)} baris daftar"
    return Trial(title, spent, rows, notes)


def _linked_rows(workspace: object, truth: Path) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the rows of the lists with what became of them, and what is true of the persons."""
    from cakup.pipeline.imports import all_imports
    from cakup.pipeline.workspace import Workspace

    assert isinstance(workspace, Workspace)
    members = pl.read_parquet(workspace.store().path("memberships"))
    names = {i.id: i.file_name for i in all_imports(workspace)}
    true = pl.read_parquet(truth).with_columns(pl.col("sheet_row").cast(pl.Int64))
    told = members.with_columns(file=pl.col("import_id").replace_strict(names)).join(
        true, on=["file", "sheet", "sheet_row"], how="inner"
    )
    enrolled = told.filter(pl.col("kind") == "peserta")
    owners = enrolled.group_by("person_id").agg(
        pl.col("true_person").unique().alias("held"), pl.col("probability").max().alias("sure")
    )
    rows = told.filter(pl.col("kind").is_in(["daftar_pekerja", "dtsen"])).join(
        owners, on="person_id", how="left"
    )
    rows = rows.select(
        "probability", list="file", person="true_person", linked=pl.col("held").is_not_null(),
        is_right=pl.col("held").list.contains(pl.col("true_person")).fill_null(False),
        is_covered=pl.col("true_person").is_in(enrolled["true_person"].unique().implode()),
    )  # fmt: skip
    rows = rows.with_columns(probability=pl.when("linked").then("probability").otherwise(0.0))
    p, r, f1 = pairs_judged(told["person_id"].to_list(), told["true_person"].to_list())
    n, there = told["person_id"].n_unique(), told["true_person"].n_unique()
    told_of = (
        f"Semua pasangan baris yang dijadikan satu orang: presisi {_decimal(p)}, recall "
        f"{_decimal(r)}, F1 {_decimal(f1)}; {_count(n)} orang ditemukan, sebenarnya "
        f"{_count(there)}."
    )
    return rows, (told_of,)


def page(trials: list[Trial]) -> str:
    """Return the tables of trials as Markdown."""
    lines = [
        "| percobaan | F1 pada p ≥ 0,5 | presisi pada p ≥ 0,95 | recall pada p ≥ 0,5 | F1 terbaik "
        "(pada p) | detik CPU | memori MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for trial in trials:
        half, sure, (top, at) = judge(trial.rows, FROM), judge(trial.rows, SURE), best(trial.rows)
        cells = [
            trial.title, half.f1.spelled(), sure.precision.spelled(), half.recall.spelled(),
            f"{_decimal(top)} ({_decimal(at, 2)})", _decimal(trial.spent.cpu_s, 1),
            _count(round(trial.spent.memory_mb)),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    for trial in trials:
        lines += ["", f"**{trial.title}**, per daftar:", "", *_by(trial, "list"), ""]
        if "state" in trial.rows.columns:
            lines += ["Menurut apa yang ada pada barisnya:", "", *_by(trial, "state"), ""]
        lines += trial.notes
    told = machine("cakup", "polars", "numpy", "duckdb")
    return "\n".join([*lines, "", f"Diukur {told}; selang 95 % Wilson atas orang."])


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _decimal(number: float, digits: int = 4) -> str:
    return f"{number:.{digits}f}".replace(".", ",")


def _by(trial: Trial, column: str) -> list[str]:
    """Return the table of one trial by list, or by what rows have."""
    lines = ["| baris dari | banyaknya | presisi | recall | F1 |", "|---|---|---|---|---|"]
    for name in trial.rows[column].unique().sort():
        told: Judged = judge(trial.rows.filter(pl.col(column) == name), FROM)
        shares = (told.precision, told.recall, told.f1)
        cells = [name, _count(told.rows), *(s.spelled() for s in shares)]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def write(path: Path, tables: str) -> None:
    """Put tables between the marks of a page.

    Args:
        path: Page with ``<!-- bench -->`` and ``<!-- /bench -->``.
        tables: Markdown.
    """
    text = path.read_text(encoding="utf-8")
    fresh = re.sub(
        r"(<!-- bench -->\n).*?(<!-- /bench -->)",
        lambda m: f"{m[1]}{tables}\n{m[2]}", text, flags=re.DOTALL,
    )  # fmt: skip
    path.write_text(fresh, encoding="utf-8")


def main() -> None:
    """Run the trials and print, or write, their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--verb", choices=["match", "link", "both"], default="both")
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    kinds: list[Callable[..., Trial]] = []
    kinds += [match_trial] if asked.verb in ("match", "both") else []
    kinds += [link_trial] if asked.verb in ("link", "both") else []
    trials = [
        kind(asked.persons, seed, correlated=correlated)
        for kind in kinds
        for correlated in (False, True)
        for seed in asked.seed or SEEDS
    ]
    tables = page(trials)
    if asked.write:
        write(asked.write, tables)
    print(tables)


if __name__ == "__main__":
    main()
