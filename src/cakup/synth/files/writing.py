"""Write a city's files part by part: lists, registers, truth, manifest."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from cakup.kernel import spelling
from cakup.kernel.errors import UsageError
from cakup.kernel.progress import SILENT, Progress
from cakup.places.registry import Places
from cakup.synth.files.delimited import CsvFile
from cakup.synth.files.scribe import SHAPES, Scribe, workbook
from cakup.synth.files.shapes import XLSX_ROWS
from cakup.synth.lists import LURAH_AREA
from cakup.synth.making import City, city_name, parts
from cakup.synth.places import OUTSIDE
from cakup.synth.records import employer_rows
from cakup.synth.spec import Spec, stream

#: Says that the folder was made here, so that it may be made again.
MARK = ".rekaan"
MANIFEST = "daftar-berkas.json"
TRUTH = "truth"
#: Truth that only a city with planted findings has; both are fields of ``City``.
PLANTED = ("findings", "employer_truth")


@dataclass(frozen=True)
class Sent:
    """One file as a sender hands it over.

    Args:
        file: File name in the folder.
        kind: Kind for ``cakup import --kind``; ``places`` for ``cakup places import``.
        sender: Sender.
        list: Name of the list.
        as_of: Date of the data.
        rows: Rows of data.
    """

    file: str
    kind: str
    sender: str
    list: str
    as_of: date
    rows: int


@dataclass(frozen=True)
class Written:
    """What ``write`` made.

    Args:
        files: The files in the order in which to import them.
        truth: Counts recounted from the truth: persons, workers, covered, listed, gap …
    """

    files: tuple[Sent, ...]
    truth: dict[str, int]


class _Growing:
    """A file whose rows come in parts; a workbook until it has too many rows."""

    def __init__(self, folder: Path, spec: Spec, key: str) -> None:
        shape = SHAPES[key]
        self._folder, self._spec, self._key, self.shape = folder, spec, key, shape
        self._as_of = spec.as_of - timedelta(days=shape.days_before)
        self._words = _words(spec, self._as_of)
        self._held: list[pl.DataFrame] = []
        self._csv: CsvFile | None = None if shape.is_sheet else self._open()
        self.n_rows = 0

    def _open(self) -> CsvFile:
        rng = stream(self._spec.seed, 0, f"file:{self.shape.file}")
        return CsvFile(self.path("csv"), self.shape, self._words, rng)

    def path(self, ending: str) -> Path:
        return self._folder / f"{self.shape.file}.{ending}"

    def add(self, rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
        """Append rows; yield file names with the places of those already written."""
        self.n_rows += len(rows)
        if self._csv is None:
            self._held.append(rows)
            if self.n_rows <= XLSX_ROWS:
                return
            # Too many for a workbook: what was held goes into a plain CSV with one header row.
            self.shape = replace(self.shape, is_sheet=False, titles=(), blank_every=0)
            self._csv, held, self._held = self._open(), self._held, []
        else:
            held = [rows]
        for frame in held:
            yield self.path("csv").name, self._csv.add(frame)

    @property
    def is_workbook(self) -> bool:
        """Whether rows are held for a workbook."""
        return self._csv is None and self.n_rows > 0

    def close(self) -> None:
        """Finish a CSV."""
        if self._csv is not None:
            self._csv.close()

    def write(self, scribe: Scribe | None = None) -> pl.DataFrame:
        """Write the workbook and return the places of its rows.

        Args:
            scribe: Who writes it; this process if absent, or if it cannot.
        """
        job = (self.path("xlsx"), self._key, pl.concat(self._held), self._words, self._spec.seed)
        placed = scribe.workbook(*job) if scribe else None
        return workbook(*job) if placed is None else placed

    def sent(self) -> Sent:
        """Return the entry of the manifest."""
        name = self.path("csv" if self._csv is not None else "xlsx").name
        sender = self.shape.sender.format(**self._words)
        return Sent(name, self.shape.kind, sender, self.shape.name, self._as_of, self.n_rows)


class _Truth:
    """A Parquet file that grows by parts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Append rows; categories are written as text."""
        plain = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
        table: pa.Table = plain.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()


def write(spec: Spec, folder: Path, progress: Progress = SILENT) -> Written:
    """Make a city and write its files.

    Args:
        spec: The city.
        folder: Folder, made if missing; must be empty or made here before.
        progress: Listener.

    Returns:
        The files and the truth's counts.

    Raises:
        UsageError: ``synth.folder_not_empty``.
    """
    _prepare(folder)
    with Scribe(spec.workers) as scribe:
        return _write(spec, folder, scribe, progress)


def _write(spec: Spec, folder: Path, scribe: Scribe, progress: Progress) -> Written:
    files = {key: _Growing(folder, spec, key) for key in SHAPES}
    truth = {
        name: _Truth(folder / TRUTH / f"{name}.parquet")
        for name in ("records", "persons", "person_months", *(PLANTED if spec.findings else ()))
    }
    counts: dict[str, int] = {}
    employed: list[pl.DataFrame] = []
    employers = None
    with _Workbooks(files, scribe) as books:
        for number, part in enumerate(parts(spec), start=1):
            progress.step("membuat orang dan riwayatnya", number, spec.n_parts)
            _add_part(part, files, truth, books, is_last=number == spec.n_parts)
            employed.append(_employed(part))
            employers = part.firms
            counts = {k: counts.get(k, 0) + v for k, v in part.summary().items()}
        assert employers is not None
        registered = employer_rows(spec.seed, employers, _summed(employed))
        _finish(files, truth, registered, books, progress)
    sent = [*_places_file(spec, folder), *(f.sent() for f in files.values() if f.n_rows)]
    written = Written(tuple(sent), counts)
    _manifest(folder, spec, written)
    return written


def _prepare(folder: Path) -> None:
    """Make the folder, or empty one that was made here before."""
    folder.mkdir(parents=True, exist_ok=True)
    held = [p for p in folder.iterdir() if p.name != MARK]
    if held and not (folder / MARK).is_file():
        raise UsageError("synth.folder_not_empty", path=folder.name)
    (folder / MARK).write_text("Data rekaan dari cakup synth.\n", encoding="utf-8")
    for name in ("00_wilayah", *(s.file for s in SHAPES.values())):
        for ending in ("csv", "xlsx"):
            (folder / f"{name}.{ending}").unlink(missing_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    (folder / TRUTH).mkdir(exist_ok=True)


def _words(spec: Spec, as_of: date) -> dict[str, str]:
    """Return the fillings of title rows and senders."""
    name = city_name(spec)
    kecamatan, kelurahan = spec.areas[LURAH_AREA % len(spec.areas)]
    return {
        "city": name.upper(), "City": name, "CITY": name.upper(), "day": spelling.day(as_of),
        "year": str(as_of.year), "kelurahan": kelurahan.nama, "kecamatan": kecamatan.nama,
        "KELURAHAN": kelurahan.nama.upper(), "KECAMATAN": kecamatan.nama.upper(), "sheet": "",
    }  # fmt: skip


class _Workbooks:
    """The workbooks of a city, the largest first: a second process and this one share them."""

    def __init__(self, files: dict[str, _Growing], scribe: Scribe) -> None:
        self._files, self._scribe = files, scribe
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._waiting: deque[str] = deque()
        self._begun: Future[None] | None = None
        self.places: dict[str, pl.DataFrame] = {}

    def __enter__(self) -> _Workbooks:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.clear()
        self._thread.shutdown()

    def begin(self) -> None:
        """Let the second process begin, if there is one; all rows must be there."""
        held = [key for key, file in self._files.items() if file.is_workbook]
        self._waiting.extend(sorted(held, key=lambda key: -self._files[key].n_rows))
        if self._scribe.is_there:
            self._begun = self._thread.submit(self._work, self._scribe)

    def finish(self) -> None:
        """Write what is left and wait for the second process."""
        self._work(None)
        if self._begun is not None:
            self._begun.result()

    def _work(self, scribe: Scribe | None) -> None:
        while (key := self._next()) is not None:
            self.places[key] = self._files[key].write(scribe)

    def _next(self) -> str | None:
        try:
            return self._waiting.popleft()
        except IndexError:
            return None


def _add_part(
    part: City, files: dict[str, _Growing], truth: dict[str, _Truth], books: _Workbooks, *,
    is_last: bool,
) -> None:  # fmt: skip
    """Append one part's rows to all files."""
    kecamatan = list(dict.fromkeys(k.nama for k, _ in part.spec.areas))
    frames = {
        **part.lists, "dtsen": part.dtsen, "kematian": part.kematian, "peserta": part.peserta,
        "pembayaran": part.pembayaran,
    }  # fmt: skip
    placed: dict[str, list[tuple[str, pl.DataFrame]]] = {}
    # Rows of workbooks first, because a second process may begin to write them.
    for key in sorted(frames, key=lambda key: not files[key].shape.is_sheet):
        if is_last and not files[key].shape.is_sheet:
            books.begin()
            is_last = False
        growing, frame = files[key], frames[key]
        split = growing.shape.split
        if split:
            inside = pl.col(split).is_in(kecamatan) if split == "kecamatan" else pl.lit(True)
            sheet = pl.when(inside).then(pl.col(split)).otherwise(pl.lit(kecamatan[0]))
            frame = frame.with_columns(sheet.alias("_sheet"))
        placed[key] = list(growing.add(frame))
    if is_last:
        books.begin()
    for key in frames:
        for name, places in placed[key]:
            truth["records"].add(_located(name, places))
    truth["persons"].add(part.persons)
    truth["person_months"].add(part.person_months)
    for name in set(truth) & set(PLANTED):
        truth[name].add(getattr(part, name))


def _located(name: str, placed: pl.DataFrame) -> pl.DataFrame:
    return placed.select(
        pl.lit(name).alias("file"), "sheet", pl.col("sheet_row").cast(pl.Int64), "true_person"
    )


def _employed(part: City) -> pl.DataFrame:
    """Return active wage earners per employer, as the register says."""
    return (
        part.peserta.filter((pl.col("segmen") == "pu") & (pl.col("status") == "AKTIF"))
        .group_by("npp").agg(pl.len().alias("n_aktif"))
    )  # fmt: skip


def _summed(employed: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(employed).group_by("npp").agg(pl.col("n_aktif").sum())


def _finish(
    files: dict[str, _Growing], truth: dict[str, _Truth], employers: pl.DataFrame,
    books: _Workbooks, progress: Progress,
) -> None:  # fmt: skip
    """Write the list of employers and all workbooks, close everything."""
    for _ in files["pemberi_kerja"].add(employers.with_columns(true_person=pl.lit(-1))):
        pass
    if files["pemberi_kerja"].is_workbook:
        files["pemberi_kerja"].write()
    progress.step("menulis buku kerja")
    books.finish()
    for key, growing in files.items():
        growing.close()
        if key in books.places:
            truth["records"].add(_located(growing.path("xlsx").name, books.places[key]))
    for file in truth.values():
        file.close()


def _places_file(spec: Spec, folder: Path) -> list[Sent]:
    """Write the areas of a city that Cakup has not built in, else what findings need."""
    if Places.builtin().get(spec.place):
        return _neighbours_file(spec, folder) if spec.findings else []
    areas = {a.kode: a.nama for pair in spec.areas for a in pair}
    rows = [("kode", "nama"), (spec.place, f"Kota {city_name(spec)}"), *sorted(areas.items())]
    text = "".join(f"{kode},{nama}\n" for kode, nama in rows)
    (folder / "00_wilayah.csv").write_text(text, encoding="utf-8")
    return [Sent("00_wilayah.csv", "places", "Cakup", "Wilayah", spec.as_of, len(rows) - 1)]


def _neighbours_file(spec: Spec, folder: Path) -> list[Sent]:
    """Write the cities around: who lives in another one must be told from who lives nowhere."""
    areas = {kode: nama for kode, nama, *_ in OUTSIDE if kode != spec.place}
    areas |= {spec.place: f"Kota {city_name(spec)}"}
    areas |= {a.kode: a.nama for pair in spec.areas for a in pair}
    text = "".join(f"{kode},{nama}\n" for kode, nama in [("kode", "nama"), *sorted(areas.items())])
    (folder / "00_wilayah.csv").write_text(text, encoding="utf-8")
    return [Sent("00_wilayah.csv", "places", "Cakup", "Wilayah", spec.as_of, len(areas))]


def _manifest(folder: Path, spec: Spec, written: Written) -> None:
    """Write the list of files, last of all: a folder without it is not complete."""
    files = [asdict(f) for f in written.files]
    head: dict[str, Any] = {
        "place": spec.place, "as_of": spec.as_of, "workers": spec.workers, "covered": spec.covered,
        "listed": spec.listed, "seed": spec.seed, "noise": spec.noise,
        "correlated_names": spec.correlated_names,
        **({"findings": True} if spec.findings else {}),
    }  # fmt: skip
    value = {"city": head, "files": files, "truth": written.truth}
    columns = ("file", "kind", "sender", "list", "as_of", "rows")
    pl.DataFrame([{c: str(f[c]) for c in columns} for f in files]).write_csv(
        folder / MANIFEST.replace(".json", ".csv")
    )
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
