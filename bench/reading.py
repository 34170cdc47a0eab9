"""How much of messy office files is read rightly: ``python -m bench.reading --files 100``.

Files come from ``tests/messy``, a generator apart from ``cakup.synth`` that was written from the
domain notes: thirteen sheet-level mutations in four formats. A column is right when Cakup uses it
for the field that it holds, or leaves it alone where it holds none. A row of a person is right
when NIK (or the digits that its damage left), name, birth date and sex are as the truth says and
the row is not returned; rows that are no person and become one are counted as *spurious*. Seeds
below 20,000 were used while Cakup was made; the default begins behind them.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

import cakup
from cakup.kernel.errors import CakupError
from cakup.pipeline import synth
from cakup.pipeline.import_results import FileResult
from cakup.pipeline.workspace import Workspace
from tests.messy.offices import MUTATIONS, MessyFile, make_file
from tests.messy.people import Person

FIRST_SEED = 20_000
PEOPLE = 60
#: Field of the truth → fields that mean the same in Cakup.
SAME = {
    "ttl": ("tempat_tanggal_lahir",),
    "tanggal_lahir": ("tanggal_lahir", "hari_lahir", "bulan_lahir", "tahun_lahir"),
    "jenis_kelamin": ("jenis_kelamin", "laki_laki", "perempuan"),
}


@dataclass
class Score:
    """Counts of one group of files."""

    files: int = 0
    refused: int = 0
    columns: int = 0
    columns_right: int = 0
    rows: int = 0
    rows_right: int = 0
    spurious: int = 0
    wrong: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: Score) -> None:
        """Add the counts of another group."""
        for name in ("files", "refused", "columns", "columns_right", "rows", "rows_right",
                     "spurious"):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for what, n in other.wrong.items():
            self.wrong[what] += n


def judge(made: MessyFile, workspace: Workspace, sender: str) -> Score:
    """Import one file and hold it against its truth."""
    score = Score(files=1, columns=len(made.columns), rows=len(made.rows))
    try:
        result = cakup.import_files(
            workspace, made.path, kind="daftar_pekerja", sender=sender, as_of="2025-10"
        ).files[0]
    except CakupError as err:
        score.refused = 1
        score.wrong[f"ditolak: {err.code}"] += 1
        return score
    _columns(made, result, score)
    _rows(made, workspace, result, score)
    return score


def _columns(made: MessyFile, result: FileResult, score: Score) -> None:
    """Count the columns of the sheet that went worst."""
    worst = None
    for sheet in result.facts["sheets"]:
        told = {c["letter"]: c["field"] for c in sheet["columns"]}
        wrong = [
            f"{truth or 'lain'} → {told.get(letter) or 'tidak dipakai'}"
            for letter, truth in made.columns.items()
            if told.get(letter) not in (SAME.get(truth, (truth,)) if truth else (None,))
        ]
        worst = wrong if worst is None or len(wrong) > len(worst) else worst
    score.columns_right = score.columns - len(worst or ())
    for what in worst or ():
        score.wrong[what] += 1


def _rows(made: MessyFile, workspace: Workspace, result: FileResult, score: Score) -> None:
    folder = workspace.root / "imports" / str(result.import_id)
    held = pl.read_parquet(folder / "records.parquet")
    is_csv = result.facts["format"] == "csv"
    found = {("" if is_csv else r["sheet"], r["sheet_row"]): r for r in held.iter_rows(named=True)}
    for place, person in made.rows.items():
        wrong = _faults(found.pop(place, None), person, made)
        score.rows_right += not wrong
        for what in wrong:
            score.wrong[f"baris: {what}"] += 1
    score.spurious = len(found)
    if found:
        score.wrong["baris yang bukan orang"] += len(found)


def _faults(row: dict[str, object] | None, person: Person, made: MessyFile) -> list[str]:
    """Return what is not as the truth says."""
    if row is None:
        return ["tidak diterima"]
    wrong = []
    if made.layout.nik_as_number:
        if row["nik"] is not None or row["nik_seen"] != person.nik[:15]:
            wrong.append("NIK yang rusak")
    elif row["nik"] != person.nik:
        wrong.append("NIK")
    if str(row["nama"] or "").upper() != person.nama:
        wrong.append("nama")
    if row["tanggal_lahir"] != person.tanggal_lahir:
        wrong.append("tanggal lahir")
    states_sex = "jenis_kelamin" in made.columns.values()
    if states_sex and row["jenis_kelamin"] != person.jenis_kelamin:
        wrong.append("jenis kelamin")
    return wrong


def measure(files: int, first_seed: int, n_people: int) -> dict[str, Score]:
    """Return the scores by mutation.

    Args:
        files: Files of each mutation.
        first_seed: Seed of the first file; each file has its own.
        n_people: People on a file.
    """
    scores = {mutation: Score() for mutation in MUTATIONS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = Workspace.create(folder / "ruang", "12.75", seed=1)
        for number in range(files):
            for at, mutation in enumerate(MUTATIONS):
                seed = first_seed + number
                rng = random.Random(f"{seed} {mutation}")
                made = make_file(folder, number * len(MUTATIONS) + at, n_people, rng, mutation)
                scores[mutation].add(judge(made, workspace, f"{mutation} {seed}"))
                made.path.unlink()
    return scores


def table(scores: dict[str, Score]) -> str:
    """Return the scores as a Markdown table."""
    total = Score()
    lines = ["| mutasi | berkas | ditolak | kolom benar | baris benar | baris palsu |",
             "|---|---:|---:|---:|---:|---:|"]  # fmt: skip
    for name, score in scores.items():
        total.add(score)
        lines.append(_line(name, score))
    lines.append(_line("**semua**", total))
    return "\n".join(lines)


def synth_table(workers: int, seed: int) -> str:
    """Return the shares of rows of a fictitious city that stand where its truth says, by file.

    Args:
        workers: Workers of the city.
        seed: Its seed.
    """
    lines = ["| berkas | baris | pada tempatnya | baris palsu |", "|---|---:|---:|---:|"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "kota"
        synth.run(synth.Request(str(folder), workers=workers, covered=workers // 3, seed=seed))
        truth = pl.read_parquet(folder / "truth" / "records.parquet")
        workspace = Workspace.create(Path(name) / "ruang", "12.75", seed=1)
        told = json.loads((folder / "daftar-berkas.json").read_text(encoding="utf-8"))
        for one in told["files"]:
            result = cakup.import_files(
                workspace, folder / one["file"], kind=one["kind"], sender=one["sender"],
                as_of=one["as_of"], list_name=one["list"],
            ).files[0]  # fmt: skip
            true = truth.filter(pl.col("file") == one["file"]).select("sheet", "sheet_row")
            if not true.height:
                continue
            table = "payments" if one["kind"] == "pembayaran" else "records"
            held = pl.read_parquet(
                workspace.root / "imports" / str(result.import_id) / f"{table}.parquet"
            )
            found = held.select("sheet", "sheet_row").unique()
            right = found.join(true.unique(), on=["sheet", "sheet_row"], how="semi").height
            share = 100 * right / true.height
            lines.append(
                f"| {one['file']} | {true.height:,} | {share:.2f}% | {found.height - right} |"
            )
    return "\n".join(lines)


def _line(name: str, score: Score) -> str:
    columns = 100 * score.columns_right / max(1, score.columns)
    rows = 100 * score.rows_right / max(1, score.rows)
    return (
        f"| {name} | {score.files} | {score.refused} | {columns:.2f}% | {rows:.2f}% | "
        f"{score.spurious} |"
    )


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=25, help="files of each mutation")
    arguments.add_argument("--seed", type=int, default=FIRST_SEED)
    arguments.add_argument("--people", type=int, default=PEOPLE)
    arguments.add_argument("--wrong", action="store_true", help="also print what went wrong")
    arguments.add_argument("--synth", type=int, help="workers of a fictitious city to read as well")
    given = arguments.parse_args()
    began = time.process_time()
    scores = measure(given.files, given.seed, given.people)
    print(table(scores))
    print(f"\n{time.process_time() - began:.0f} detik CPU, benih mulai {given.seed}")
    if given.synth:
        print("\n" + synth_table(given.synth, given.seed))
    if given.wrong:
        for mutation, score in scores.items():
            for what, n in sorted(score.wrong.items(), key=lambda pair: -pair[1]):
                print(f"{mutation:16} {n:6}  {what}")


if __name__ == "__main__":
    main()
