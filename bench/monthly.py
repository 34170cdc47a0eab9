"""What the second month costs: a city linked once, then what comes after it.

    python -m bench.monthly --workers 132826

Linked from scratch: the city. Then put to it: next month's participant file in which 97 % of the
rows are as they were, one more list, and nothing at all; each beside a run from scratch over the
same files. CPU seconds are those of the whole command.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.spent import Spent, machine, run
from cakup.pipeline import import_files, synth
from cakup.pipeline.demo import import_all
from cakup.pipeline.workspace import Workspace

PLACE, SEED, OTHER_SEED = "12.75", 8411, 8412
COVERED = 43_526 / 132_826
UNCHANGED, NEXT_MONTH = 0.98, "2025-11-30"
HEAD = ["NIK", "Nama", "Tanggal Lahir", "JK", "Kelurahan"]
PARTICIPANTS, CIVIL = "16_peserta.csv", "01_dukcapil.csv"


@dataclass(frozen=True)
class Line:
    """One step.

    Args:
        name: What came.
        rows: Rows of the file.
        update: Cost of ``cakup link``.
        told: What it printed as JSON.
        scratch: Cost of ``cakup link --from-scratch`` over the same files, None if it is one.
    """

    name: str
    rows: int
    update: Spent
    told: dict[str, object]
    scratch: Spent | None = None


def measure(workers: int, lists: Sequence[int], folder: Path) -> list[Line]:
    """Make the city and go through its months.

    Args:
        workers: Workers of the city.
        lists: Sizes of the lists that come after.
        folder: Empty folder.
    """
    for name, seed, n in (("kota", SEED, workers), ("lain", OTHER_SEED, max(workers // 5, 3_000))):
        synth.run(
            synth.Request(
                str(folder / name), PLACE, n, round(n * COVERED), seed=seed, as_of="2025-10-31"
            )
        )
    space = Workspace.create(folder / "ruang", PLACE, seed=1)
    import_all(folder / "kota", space)
    lines = [Line("seluruh kota, pertama kali", 0, *_link(space))]
    manifest = json.loads((folder / "kota" / "daftar-berkas.json").read_text(encoding="utf-8"))
    before = next(f for f in manifest["files"] if f["file"] == PARTICIPANTS)
    files = [(f"peserta bulan berikut, {UNCHANGED:.0%} tetap", _next_month(folder), "peserta",
              before["sender"], before["list"])]  # fmt: skip
    files += [(f"satu daftar lagi, {n:,} baris".replace(",", "."), _one_more(folder, n),
               "daftar_pekerja", f"Dinas {n}", "Daftar") for n in lists]  # fmt: skip
    for name, path, kind, sender, list_name in files:
        told = import_files.run(
            import_files.Request(
                (str(path),), kind=kind, sender=sender, as_of=NEXT_MONTH, list_name=list_name,
                is_applied=False,
            ),
            space,
        )  # fmt: skip
        update = _link(space)
        lines.append(Line(name, _rows(told), *update, _scratch(space)))
    lines.append(Line("tidak ada yang baru", 0, *_link(space)))
    return lines


def _rows(told: import_files.Result) -> int:
    return sum(int(f.counts["rows"]["read"]) for f in told.files if f.counts)


def _link(space: Workspace, *more: str) -> tuple[Spent, dict[str, object]]:
    return run(["-m", "cakup", "link", "-w", str(space.root), "--json", "--quiet", *more])


def _scratch(space: Workspace) -> Spent:
    """Return what the same costs from scratch, in a copy."""
    with tempfile.TemporaryDirectory(dir=space.root.parent) as beside:
        copy = Path(beside) / "ruang"
        shutil.copytree(space.root, copy)
        return _link(Workspace(copy, space.place), "--from-scratch")[0]


def _next_month(folder: Path) -> Path:
    """Write the participant file of the next month: some left, some came, some were corrected."""
    rng = random.Random(SEED)
    with (folder / "kota" / PARTICIPANTS).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    with (folder / "lain" / PARTICIPANTS).open(encoding="utf-8-sig", newline="") as file:
        others = list(csv.reader(file, delimiter=";"))
    head = next(i for i, r in enumerate(rows) if any(c.strip().upper() == "NIK" for c in r))
    name = next(i for i, c in enumerate(rows[head]) if "NAMA" in c.upper())
    others = others[head + 1 :]
    out, part = rows[: head + 1], (1 - UNCHANGED) / 3
    for row in rows[head + 1 :]:
        lot = rng.random()
        if lot < part:
            continue
        if lot < 2 * part and len(row) > name:
            out.append([*row[:name], _misspelt(row[name], rng), *row[name + 1 :]])
        elif lot < 3 * part and others:
            out += [row, others.pop()]
        else:
            out.append(row)
    return _write(folder / "peserta_berikut.csv", out)


def _one_more(folder: Path, n: int) -> Path:
    """Write a list of which seven in ten are of the city, some without a NIK."""
    rng = random.Random(SEED + n)
    known, strange = (list(_people(folder / name / CIVIL)) for name in ("kota", "lain"))
    chosen = rng.sample(known, min(round(n * 0.7), len(known)))
    chosen += rng.sample(strange, min(n - len(chosen), len(strange)))
    rows = [
        ["" if rng.random() < 0.2 else nik,
         _misspelt(name, rng) if rng.random() < 0.1 else name, *more]
        for nik, name, *more in chosen
    ]  # fmt: skip
    return _write(folder / f"daftar_{n}.csv", [HEAD, *rows])


def _people(path: Path) -> Iterator[list[str]]:
    """Yield NIK, name, birth date, sex and village of the rows of the civil registry."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(4_096)
        file.seek(0)
        rows = csv.reader(file, csv.Sniffer().sniff(sample, delimiters=",;\t"))
        wanted = None
        for row in rows:
            upper = [c.strip().upper() for c in row]
            if wanted is None and "NIK" in upper:
                wanted = [
                    next(i for i, c in enumerate(upper) if any(w in c for w in words))
                    for words in (("NIK",), ("NAMA",), ("LAHIR", "LHR"), ("JK", "KELAMIN", "KLMIN"),
                                  ("KEL", "DESA"))
                ]  # fmt: skip
            elif wanted is not None and len(row) > max(wanted):
                yield [row[i] for i in wanted]


def _misspelt(name: str, rng: random.Random) -> str:
    """Return a name with two letters exchanged."""
    at = rng.randrange(max(len(name) - 1, 1))
    return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]


def _write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


def table(lines: Sequence[Line]) -> str:
    """Return the months as a Markdown table."""
    out = [
        "| yang datang | baris | baris baru | CPU s | dari awal, CPU s | bagian | memori MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for line in lines:
        work = line.told.get("work")
        fresh = work.get("new_lines", 0) if isinstance(work, dict) else 0
        whole = f"{line.scratch.cpu_s:.1f}" if line.scratch else ""
        share = f"{line.update.cpu_s / line.scratch.cpu_s:.0%}" if line.scratch else ""
        out.append(
            f"| {line.name} | {line.rows:,} | {fresh:,} | {line.update.cpu_s:.1f} | {whole} "
            f"| {share} | {line.update.memory_mb:,.0f} |"
        )
    return "\n".join([*out, "", machine("polars", "numpy", "duckdb")]).replace(",", ".")


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--workers", type=int, default=132_826)
    arguments.add_argument("--lists", type=int, nargs="*", default=[3_000, 12_000])
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(table(measure(given.workers, given.lists, Path(folder))))


if __name__ == "__main__":
    main()
