"""``cakup match`` and ``cakup dedupe`` for tables that memory does not hold."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from cakup import __version__
from cakup.engines.duckdb import DuckEngine
from cakup.engines.files import sha256_of, whole_file
from cakup.engines.lock import FileLock
from cakup.engines.parquet import PartWriter
from cakup.engines.scratch import private_scratch
from cakup.kernel.errors import ConflictError
from cakup.kernel.progress import SILENT, Progress
from cakup.linkage import answers, partitions
from cakup.linkage.fields import TableFields, recognise
from cakup.linkage.linking import Settings
from cakup.linkage.results import DIGITS
from cakup.linkage.score import probability
from cakup.linkage.tables import Asked, date_orders, extras
from cakup.linkage.units import LEAST_ROWS
from cakup.pipeline.partition_files import Shelf
from cakup.pipeline.partition_rows import Tables, spread, write_rows
from cakup.pipeline.partition_steps import WHOLE
from cakup.pipeline.partitions import BUCKET_PAIRS, Division, run_steps
from cakup.pipeline.table_files import count_rows, heads

MEMORY_MB = 3_000
#: Decides into how many partitions rows are divided.
DIVIDE: Callable[[int | None, int], Division | None] = Division.of
WITHOUT_NIK = "tanpa NIK tabel tidak dapat dibagi; dipadankan sekaligus"
ANSWER = {**answers.SCHEMA, **answers.TURNS}


@dataclass(frozen=True)
class Divided:
    """Tables that are linked in partitions.

    Args:
        paths: The tables as given.
        out: File of the result; the files of the run stand beside it until it is there.
        division: Partitions and processes.
        heads: Columns of each table.
        rows: Rows of each.
    """

    paths: tuple[Path, ...]
    out: Path
    division: Division
    heads: tuple[tuple[str, ...], ...]
    rows: tuple[int, ...]

    @staticmethod
    def of(paths: tuple[Path, ...], out: Path, asked: int | None) -> Divided | None:
        """Return how tables are divided, None if they are linked at once.

        Args:
            paths: Tables.
            out: File of the result.
            asked: Partitions asked for, see ``MatchRequest``.

        Raises:
            UsageError: ``usage.file_missing``.
            InputError: ``match.not_a_table``.
        """
        large = all(p.suffix.lower() == ".parquet" for p in paths)
        if asked == 0 or (asked is None and not large):
            return None
        rows = tuple(count_rows(p) for p in paths)
        division = DIVIDE(asked, sum(rows))
        if division is None:
            return None
        return Divided(paths, out, division, tuple(tuple(heads(p)) for p in paths), rows)

    def may_have_nik(self, asked: tuple[Asked, ...], progress: Progress) -> bool:
        """Return whether each table has a column that names a NIK; say it if one has none.

        Tables without NIK have fields of their own, so fields must not be asked of them here.

        Args:
            asked: What the user said about the columns of each.
            progress: Listener.
        """
        named = (a.columns.get("nik") or recognise(h).get("nik")
                 for h, a in zip(self.heads, asked, strict=True))  # fmt: skip
        if all(named):
            return True
        progress.note(WITHOUT_NIK)
        return False

    @contextmanager
    def prepared(
        self, fields: tuple[TableFields, ...], job: dict[str, Any], progress: Progress
    ) -> Iterator[Shelf | None]:
        """Yield the files of the run, None if there are no NIKs; they are removed on success.

        Args:
            fields: Which column is which field, for each table.
            job: See ``prepare``.
            progress: Listener.
        """
        shelf = Shelf(self.out.parent / f".{self.out.name}.bagian")
        lock = FileLock(self.out.parent / f".{self.out.name}.kunci")
        if not lock.take():
            held = lock.holder()
            raise ConflictError("workspace.busy", holder=held.what, since=held.since)
        try:
            tables = Tables(self.paths, fields, self.rows)
            yield shelf if prepare(shelf, tables, job, progress=progress) else None
            shelf.remove()
        finally:
            lock.release()
            lock.path.unlink(missing_ok=True)


def prepare(
    shelf: Shelf, tables: Tables, job: dict[str, Any], *, least_rows: int = LEAST_ROWS,
    sample_rows: int = partitions.SAMPLE_ROWS, progress: Progress = SILENT,
) -> bool:  # fmt: skip
    """Spread the rows of tables over units, unless that was done before.

    Args:
        shelf: Files of the run; what is there of another run is forgotten.
        tables: What is linked.
        job: ``job`` (``match`` or ``dedupe``), ``least`` and ``settings``.
        least_rows: Rows that a unit must have.
        sample_rows: Rows from which parameters are learnt.
        progress: Listener.

    Returns:
        Whether it could be done: there must be NIKs.
    """
    key = _key(tables, {**job, "least_rows": least_rows, "sample_rows": sample_rows})
    if shelf.manifest().get("key") == key:
        return True
    shelf.clear()
    told = write_rows(shelf, tables, progress)
    if told is None:
        progress.note(WITHOUT_NIK)
        return False
    progress.step("bagi menurut kabupaten")
    with _engine(shelf) as engine:
        units = spread(shelf, engine, told.telling, least_rows)
    dated = "tanggal_lahir" in told.sample.columns
    if dated:
        shelf.put(WHOLE, "days", told.dates.days(date_orders(told.sample)))
    kinds = extras(told.sample, tables.fields[0])
    shelf.begin(
        {**job, "key": key, "units": units, "dated": dated, "sample_rows": sample_rows,
         "extras": [[e.name, e.kind] for e in kinds], "expand_m": True,
         "bucket_pairs": BUCKET_PAIRS, "rows": list(tables.rows)}
    )  # fmt: skip
    (shelf.root / "rows").rmdir()
    return True


def match_job(settings: Settings, least: float) -> dict[str, Any]:
    """Return the job of ``cakup match``."""
    return {"job": "match", "least": least, "settings": asdict(settings)}


def dedupe_job(settings: Settings) -> dict[str, Any]:
    """Return the job of ``cakup dedupe``."""
    return {"job": "dedupe", "least": 0.0, "settings": asdict(settings)}


def linked_answers(
    shelf: Shelf, division: Division, least: float, out: Path, *, one_to_one: bool,
    all_pairs: bool, progress: Progress = SILENT,
) -> tuple[int, int, int]:  # fmt: skip
    """Link, and write the answers to the left rows as Parquet, ordered.

    Args:
        shelf: Prepared files.
        division: Partitions and processes.
        least: Least probability of an answer.
        out: File to write.
        one_to_one: Whether a right row may serve one left row only.
        all_pairs: Whether all pairs are wanted, not only the best.
        progress: Listener.

    Returns:
        Rows written, those at 0.95 or more, and pairs compared.
    """
    run_steps(shelf, division, progress)
    progress.step("memilih jawaban")
    first_right = shelf.manifest()["rows"][0]
    crossed = _Crossed(shelf)
    with PartWriter(shelf.root / "answers.parquet", pl.DataFrame(schema=ANSWER)) as writer:
        for unit in crossed.units:
            found = crossed.answers(unit).filter(pl.col("probability") >= least)
            if not one_to_one and not all_pairs:
                found = answers.best_pairs(found, least, one_to_one=False)
            writer.write(found.select(*ANSWER))
    if one_to_one and not all_pairs:
        every = pl.read_parquet(shelf.root / "answers.parquet")
        best = answers.best_pairs(every, least, one_to_one=True)
        best.select(*ANSWER).write_parquet(shelf.root / "answers.parquet")
    with _engine(shelf) as engine:
        engine.view("found", shelf.root / "answers.parquet")
        with whole_file(out) as temporary:
            rows = engine.write_parquet(
                f"""SELECT left_row, right_row - {first_right} AS right_row, probability, evidence,
                      CASE WHEN probability >= 0.95 THEN 'link' ELSE 'review' END AS decision
                    FROM found ORDER BY left_row, right_row""",
                temporary,
            )
        links = int(engine.value("SELECT count(*) FROM found WHERE probability >= 0.95"))
    return rows, links, _compared(shelf)


def linked_clusters(
    shelf: Shelf, division: Division, out: Path, progress: Progress = SILENT
) -> tuple[int, int, int]:
    """Link, and write every row with the smallest row of its person as Parquet, ordered.

    Args:
        shelf: Prepared files.
        division: Partitions and processes.
        out: File to write.
        progress: Listener.

    Returns:
        Rows, clusters, and pairs compared.
    """
    run_steps(shelf, division, progress)
    progress.step("memilih jawaban")
    crossed = _Crossed(shelf)
    with _engine(shelf) as engine:
        engine.view("members", *(shelf.path(u, "members") for u in crossed.units))
        engine.register("joined", crossed.joined)
        with whole_file(out) as temporary:
            rows = engine.write_parquet(
                """SELECT m.gid AS row, coalesce(j."into", m.person) AS cluster
                   FROM members m LEFT JOIN joined j ON j.person = m.person ORDER BY m.gid""",
                temporary,
            )
            engine.view("written", temporary)
            clusters = int(engine.value("SELECT count(DISTINCT cluster) FROM written"))
    return rows, clusters, _compared(shelf)


class _Crossed:
    """Answers of units with what the second pass changed."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.units: list[str] = list(shelf.manifest()["units"])
        several = len(self.units) > 1
        self.pairs = (
            shelf.get(WHOLE, "pairs")
            if several
            else pl.DataFrame(schema={"le": pl.Int64, "re": pl.Int64, "log_odds": pl.Float64,
                                      "alone": pl.Float64, "evidence": pl.String})
        )  # fmt: skip
        schema = {"person": pl.Int64, "into": pl.Int64}
        self.joined = shelf.get(WHOLE, "joined") if several else pl.DataFrame(schema=schema)
        ends = pl.concat([self.pairs["le"], self.pairs["re"].rename("le")]).unique()
        self.ends = ends.to_frame("person")
        self.members = pl.concat([self._met(u) for u in self.units])

    def answers(self, unit: str) -> pl.DataFrame:
        """Return the answers to the left rows of a unit."""
        found = self.shelf.get(unit, "answers")
        if not self.pairs.height:
            return found
        members = self._met(unit)
        both = [self.pairs.select(a=a, b=b, p="log_odds", rank="alone", evidence="evidence")
                for a, b in (("le", "re"), ("re", "le"))]  # fmt: skip
        pairs = pl.concat(both)
        gone = (
            found.select("left_row", "right_row")
            .join(members.select(left_row="gid", a="person"), on="left_row")
            .join(members.select(right_row="gid", b="person"), on="right_row")
            .join(pairs, on=["a", "b"], how="semi")
        )
        old = found.join(gone, on=["left_row", "right_row"], how="anti") if gone.height else found
        left = members.filter(side=0).select(left_row="gid", a="person", left_turn="turn")
        right = self.members.filter(side=1)
        right = right.select(right_row="gid", b="person", right_turn="turn")
        new = left.join(pairs, on="a").join(right, on="b")
        chance = pl.Series(probability(new["p"].to_numpy()), dtype=pl.Float64).round(DIGITS)
        new = new.with_columns(probability=chance)
        return pl.concat([old.select(*ANSWER), new.select(*ANSWER)]).sort("left_row", "right_row")

    def _met(self, unit: str) -> pl.DataFrame:
        """Return the rows of a unit whose persons met somebody, with their place in content order.

        Members stand in it. Places of different units say nothing about each other, but what they
        decide between equally good pairs does not depend on where rows came from.
        """
        members = self.shelf.get(unit, "members").select("gid", "person", "side")
        members = members.with_row_index("turn").with_columns(pl.col("turn").cast(pl.Int64))
        return members.join(self.ends, on="person", how="semi")


def _compared(shelf: Shelf) -> int:
    units = shelf.manifest()["units"]
    return sum(int((shelf.done(u, "link") or {}).get("compared", 0)) for u in units)


def _key(tables: Tables, job: dict[str, Any]) -> str:
    """Return what names a run: the same files, columns, thresholds and version of Cakup."""
    told = [__version__, sorted(job.items(), key=str), [sha256_of(p) for p in tables.paths],
            [(sorted(f.columns.items()), sorted(f.also.items()), f.source)
             for f in tables.fields]]  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _engine(shelf: Shelf) -> _Scratched:
    return _Scratched(shelf.root)


class _Scratched:
    """An engine that spills beside the files of the run."""

    def __init__(self, root: Path) -> None:
        self._scratch = private_scratch(root / "scratch")

    def __enter__(self) -> DuckEngine:
        self._engine = DuckEngine(self._scratch.__enter__(), memory_mb=MEMORY_MB)
        return self._engine

    def __exit__(self, *_: object) -> None:
        self._engine.close()
        self._scratch.__exit__(None, None, None)
