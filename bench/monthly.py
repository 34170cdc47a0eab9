"""What the second month costs: a city linked once, then what comes after it.

    python -m bench.monthly --workers 132826

Linked from scratch: the city. Then put to it: next month's participant file in which 98 % of the
rows are as they were, more lists of several sizes, and nothing at all; each beside a run from
scratch over the same files. CPU seconds are those of the whole command; a line through those of the
lists tells what is fixed and what grows with what is new. Pairs of rows are judged against the
truth.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from bench.spent import Spent, machine, run
from cakup.pipeline import import_files, synth
from cakup.pipeline.demo import import_all
from cakup.pipeline.imports import all_imports
from cakup.pipeline.workspace import Workspace

PLACE, COVERED = "12.75", 43_526 / 132_826
UNCHANGED, NEXT_MONTH = 0.98, "2025-11-30"
HEAD = ["NIK", "Nama", "Tanggal Lahir", "JK", "Kelurahan"]
ONE_MORE = "satu daftar lagi"
PARTICIPANTS, CIVIL = "16_peserta.csv", "01_dukcapil.csv"
#: Persons of the other city are numbered from here on.
OTHERS = 1_000_000_000
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Line:
    """One step.

    Args:
        name: What came.
        rows: Rows of the file.
        update: Cost of ``cakup link``.
        told: What it printed as JSON.
        f1: F1 of pairs of rows.
        scratch: Cost of ``cakup link`` over the same files, None if it is one.
        scratch_f1: F1 of that.
        differ: Share of the persons that are not the same rows in both.
    """

    name: str
    rows: int
    update: Spent
    told: dict[str, object]
    f1: float
    scratch: Spent | None = None
    scratch_f1: float = 0.0
    differ: float = 0.0


class Months:
    """A city and the files that come after it.

    Args:
        workers: Workers of the city.
        folder: Empty folder.
        seed: Seed of the city; the others' is the next one.
    """

    def __init__(self, workers: int, folder: Path, seed: int) -> None:
        self.folder, self.rng = folder, random.Random(seed)
        for name, own, n in (("kota", seed, workers), ("lain", seed + 1, max(workers // 5, 3_000))):
            synth.run(
                synth.Request(
                    str(folder / name), PLACE, n, round(n * COVERED), seed=own, as_of="2025-10-31"
                )
            )
        self.truth = {n: pl.read_parquet(folder / n / "truth" / "records.parquet")
                      for n in ("kota", "lain")}  # fmt: skip
        self.later: list[pl.DataFrame] = []
        self.space = Workspace.create(folder / "ruang", PLACE, seed=1)
        import_all(folder / "kota", self.space)

    def steps(self, lists: Sequence[int]) -> Iterator[Line]:
        """Go through the months.

        Args:
            lists: Sizes of the lists that come after.
        """
        yield self._linked("seluruh kota, pertama kali", 0, is_first=True)
        told = json.loads((self.folder / "kota" / "daftar-berkas.json").read_text("utf-8"))
        sent = next(f for f in told["files"] if f["file"] == PARTICIPANTS)
        path = self._next_month()
        rows = self._bring(path, "peserta", sent["sender"], sent["list"])
        yield self._linked(f"peserta bulan berikut, {UNCHANGED:.0%} tetap", rows)
        for n in lists:
            rows = self._bring(self._one_more(n), "daftar_pekerja", f"Dinas {n}", "Daftar")
            yield self._linked(f"{ONE_MORE}, {n} baris", rows)
        yield self._linked("tidak ada yang baru", 0)

    def _bring(self, path: Path, kind: str, sender: str, name: str) -> int:
        told = import_files.run(
            import_files.Request(
                (str(path),), kind=kind, sender=sender, as_of=NEXT_MONTH, list_name=name,
                is_applied=False,
            ),
            self.space,
        )  # fmt: skip
        return sum(int(f.counts["rows"]["read"]) for f in told.files if f.counts)

    def _linked(self, name: str, rows: int, *, is_first: bool = False) -> Line:
        """Link, and once more from scratch in a copy of what was there before."""
        with tempfile.TemporaryDirectory(dir=self.folder) as beside:
            copy = Path(beside) / "ruang"
            shutil.copytree(self.space.root, copy)
            line = Line(name, rows, *_link(self.space, "--update"), f1=self._f1(self.space))
            if is_first:
                return line
            other = Workspace(copy, self.space.place)
            cost, _ = _link(other)
            one, two = _persons(self.space), _persons(other)
            return replace(
                line, scratch=cost, scratch_f1=self._f1(other), differ=len(two - one) / len(two)
            )

    def _f1(self, space: Workspace) -> float:
        """Return F1 of the pairs of rows of one person."""
        names = [(i.id, i.file_name) for i in all_imports(space)]
        files = pl.DataFrame(names, schema=["import_id", "file"], orient="row")
        own = self.truth["kota"].select("file", "sheet_row", "sheet", "true_person")
        rows = _members(space).join(files, on="import_id").join(
            own, on=["file", "sheet", "sheet_row"], how="left"
        )  # fmt: skip
        if self.later:
            later = pl.concat(self.later)
            rows = rows.join(later, on=["file", "sheet_row"], how="left").with_columns(
                true_person=pl.coalesce("true_person", "later_person")
            )
        rows = rows.drop_nulls("true_person")
        right, found, true = (
            int(rows.group_by(c).len().select((pl.col("len") * (pl.col("len") - 1)).sum()).item())
            for c in (["person_id", "true_person"], ["person_id"], ["true_person"])
        )
        return 2 * right / (found + true)

    def _rows(self, city: str, file: str) -> tuple[list[list[str]], list[Row]]:
        """Return the lines before the rows of a file, and its rows with their persons."""
        truth = self.truth[city].filter(file=file)
        of = dict(truth.select("sheet_row", "true_person").rows())
        add = OTHERS if city == "lain" else 0
        with (self.folder / city / file).open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.reader(handle, delimiter=";"))
        first = min(of) - 1
        return lines[:first], [
            (int(of[n]) + add, line) for n, line in enumerate(lines, start=1) if n in of
        ]  # fmt: skip

    def _next_month(self) -> Path:
        """Write the participants of the next month: some left, some came, some were corrected."""
        rng, part = self.rng, (1 - UNCHANGED) / 3
        head, rows = self._rows("kota", PARTICIPANTS)
        others = self._rows("lain", PARTICIPANTS)[1]
        name = next(i for i, c in enumerate(head[-1]) if "NAMA" in c.upper())
        out: list[Row] = []
        for person, row in rows:
            lot = rng.random()
            if lot < part:
                continue
            if lot < 2 * part and len(row) > name:
                row = [*row[:name], _misspelt(row[name], rng), *row[name + 1 :]]
            out.append((person, row))
            if 2 * part <= lot < 3 * part and others:
                out.append(others.pop())
        return self._write("peserta_berikut.csv", head, out)

    def _one_more(self, n: int) -> Path:
        """Write a list of which seven in ten are of the city, some without a NIK."""
        rng = self.rng
        known, strange = (list(self._people(city)) for city in ("kota", "lain"))
        chosen = rng.sample(known, min(round(n * 0.7), len(known)))
        chosen += rng.sample(strange, min(n - len(chosen), len(strange)))
        out = [
            (person, ["" if rng.random() < 0.2 else nik,
                      _misspelt(name, rng) if rng.random() < 0.1 else name, *more])
            for person, (nik, name, *more) in chosen
        ]  # fmt: skip
        return self._write(f"daftar_{n}.csv", [HEAD], out)

    def _people(self, city: str) -> Iterator[Row]:
        """Yield NIK, name, birth date, sex and village of the rows of the civil registry."""
        head, rows = self._rows(city, CIVIL)
        upper = [c.strip().upper() for c in head[-1]]
        wanted = [
            next(i for i, c in enumerate(upper) if any(w in c for w in words))
            for words in (("NIK",), ("NAMA_LGKP",), ("TGL",), ("KELAMIN", "KLMIN"), ("NAMA_KEL",))
        ]
        for person, row in rows:
            if len(row) > max(wanted):
                yield person, [row[i] for i in wanted]

    def _write(self, file: str, head: list[list[str]], rows: list[Row]) -> Path:
        """Write a file and remember whose its rows are."""
        path = self.folder / file
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, delimiter=";").writerows([*head, *(row for _, row in rows)])
        at = range(len(head) + 1, len(head) + 1 + len(rows))
        told = {"file": [file] * len(rows), "sheet_row": at, "later_person": [p for p, _ in rows]}
        self.later.append(pl.DataFrame(told))
        return path


def _link(space: Workspace, *more: str) -> tuple[Spent, dict[str, object]]:
    return run(["-m", "cakup", "link", "-w", str(space.root), "--json", "--quiet", *more])


def _members(space: Workspace) -> pl.DataFrame:
    return pl.read_parquet(space.store().path("memberships"))


def _persons(space: Workspace) -> set[str]:
    """Return the persons as the rows that they are made of."""
    grouped = _members(space).group_by("person_id").agg(pl.col("record_id").sort())
    return set(grouped["record_id"].list.join(" ").to_list())


def _misspelt(name: str, rng: random.Random) -> str:
    """Return a name with two letters exchanged."""
    at = rng.randrange(max(len(name) - 1, 1))
    return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]


def table(lines: Sequence[Line]) -> str:
    """Return the months as a Markdown table."""
    out = [
        "| yang datang | baris | dipadankan | CPU s | dari awal, CPU s | bagian | F1 "
        "| F1 dari awal | orang yang berbeda | memori MB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for line in lines:
        work = line.told.get("work")
        linked = work.get("linked_rows", 0) if isinstance(work, dict) else 0
        cells = [f"{line.rows:,}", f"{linked:,}", f"{line.update.cpu_s:.1f}", "", "",
                 f"{line.f1:.5f}", "", "", f"{line.update.memory_mb:,.0f}"]  # fmt: skip
        if line.scratch:
            cells[3:5] = [f"{line.scratch.cpu_s:.1f}",
                          f"{line.update.cpu_s / line.scratch.cpu_s:.0%}"]  # fmt: skip
            cells[6:8] = [f"{line.scratch_f1:.5f}", f"{line.differ:.2%}"]
        told = [cell.translate(str.maketrans(",.", ".,")) for cell in cells]
        out.append(f"| {line.name} | {' | '.join(told)} |")
    return "\n".join([*out, "", *proportion(lines), machine("polars", "numpy", "duckdb")])


def proportion(lines: Sequence[Line]) -> list[str]:
    """Return what a list costs apart from its rows, and what each thousand of them does.

    Args:
        lines: The months; of two lists or more a line of least squares is drawn.
    """
    lists = [x for x in lines if x.scratch and x.name.startswith(ONE_MORE)]
    if len({x.rows for x in lists}) < 2:
        return []
    slope, fixed = np.polyfit([x.rows for x in lists], [x.update.cpu_s for x in lists], 1)
    always, each = (f"{n:.2f}".replace(".", ",") for n in (fixed, slope * 1000))
    return [
        f"Satu daftar lagi: {always} detik CPU tetap dan {each} per seribu baris baru "
        f"(garis kuadrat terkecil atas {len(lists)} daftar).", "",
    ]  # fmt: skip


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--workers", type=int, default=132_826)
    arguments.add_argument("--lists", type=int, nargs="*", default=[500, 5_000, 20_000])
    arguments.add_argument("--seed", type=int, default=8_411)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        months = Months(given.workers, Path(folder), given.seed)
        print(table(list(months.steps(given.lists))))


if __name__ == "__main__":
    main()
