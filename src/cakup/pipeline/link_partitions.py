"""``cakup link`` for a workspace whose rows memory does not hold: a province on one PC.

Makes what ``linkage.resolve`` makes (``r_clusters``, ``r_links``, ``r_review``), unit by unit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from cakup import __version__
from cakup.engines.files import make_folder, whole_file
from cakup.kernel.ports import Tasks
from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import PERSON_KINDS
from cakup.linkage import crossing, resolve
from cakup.linkage.linking import Settings
from cakup.linkage.partitions import SAMPLE_ROWS
from cakup.linkage.units import LEAST_ROWS, find_units, keep_together
from cakup.pipeline.imports import Import
from cakup.pipeline.kept_tables import UNFINISHED
from cakup.pipeline.link_crossed import Crossed
from cakup.pipeline.list_coverage import answering
from cakup.pipeline.partition_asked import tell
from cakup.pipeline.partition_files import Shelf
from cakup.pipeline.partition_steps import WHOLE
from cakup.pipeline.partitions import BUCKET_PAIRS, Division, run_steps

if TYPE_CHECKING:
    from cakup.engines.duckdb import DuckEngine
    from cakup.pipeline.link_at_once import Asked

#: Decides into how many partitions rows are divided.
DIVIDE: Callable[[int | None, int], Division | None] = Division.of
PIECE_ROWS = 500_000
Linkage = Callable[["DuckEngine", Progress], "Asked | None"]

_ROWS = f"""
    SELECT m.age AS gid, q.*, nullif(upper(trim(q.desa_kelurahan)), '') AS village,
        CASE WHEN regexp_matches(q.desa_kelurahan, '^[0-9][0-9][.][0-9][0-9][.]')
            THEN left(q.desa_kelurahan, 2) || substr(q.desa_kelurahan, 4, 2) END AS kab,
        b.age AS line
    FROM ({resolve.RECORDS}) q JOIN record_marks m ON m.record_id = q.record_id
    LEFT JOIN line_pairs l ON l.right_record_id = q.record_id
    LEFT JOIN record_marks b ON b.record_id = l.left_record_id"""

#: Rows of one participant number, rows that say the same in two files of their list, and rows that
#: people said are one person, belong together.
_TIES = """
    SELECT a.age AS left_gid, b.age AS right_gid
    FROM decisions_pairs d JOIN record_marks a ON a.record_id = d.left_record_id
    JOIN record_marks b ON b.record_id = d.right_record_id WHERE d.same
    UNION ALL
    SELECT line, gid FROM part_rows WHERE line IS NOT NULL
    UNION ALL
    SELECT gid, first FROM (
        SELECT gid, nik, min(gid) OVER held AS first, min(nik) OVER held AS low,
            max(nik) OVER held AS high, count(nik) OVER held AS n, count(*) OVER held AS every
        FROM part_rows WHERE kpj IS NOT NULL WINDOW held AS (PARTITION BY kpj))
    WHERE gid <> first AND (low <> high OR n < every)"""


@contextmanager
def parted(
    root: Path, division: Division, imports: Sequence[Import], *, tasks: Tasks | None = None,
    least_rows: int = LEAST_ROWS, sample_rows: int = SAMPLE_ROWS,
) -> Iterator[Linkage]:  # fmt: skip
    """Yield linkage in partitions; its files stay until the block ends well.

    Args:
        root: Workspace folder.
        division: Partitions and processes.
        imports: Imports of which the persons are those on lists and participants.
        tasks: Does the units elsewhere, None = this machine.
        least_rows: Rows that a unit must have.
        sample_rows: Rows from which parameters are learnt.
    """
    shelf = Shelf(root / UNFINISHED)
    lists = [i for i in imports if i.kind in PERSON_KINDS]
    asked = [i.id for i in answering(lists)]

    def work(engine: DuckEngine, progress: Progress = SILENT) -> Asked | None:
        pairs = engine.frame("SELECT * FROM decisions_pairs ORDER BY ALL")
        settings = resolve.with_answers(engine, Settings())
        told = [
            __version__,
            [i.id for i in imports],
            asked,
            pairs.rows(),
            asdict(settings),
            least_rows,
            sample_rows,
        ]
        key = hashlib.sha256(repr(told).encode()).hexdigest()
        if shelf.manifest().get("key") != key:
            shelf.clear()
            units = _spread(engine, shelf, least_rows, progress)
            shelf.begin(
                {"job": "link", "key": key, "units": units, "dated": False, "extras": [],
                 "expand_m": True, "bucket_pairs": BUCKET_PAIRS, "sample_rows": sample_rows,
                 "settings": asdict(settings), "lists": asked}
            )  # fmt: skip
        run_steps(shelf, division, progress, tasks)
        progress.step("susun hasil")
        _assemble(engine, shelf, settings)
        tell(engine, shelf, list(shelf.manifest()["units"]), lists)
        return None

    yield work
    shelf.remove()


def _spread(
    engine: DuckEngine, shelf: Shelf, least_rows: int, progress: Progress
) -> dict[str, int]:
    """Write the rows of each unit to files of their own; return how many each has."""
    progress.step("bagi menurut kabupaten")
    make_folder(shelf.root)
    with whole_file(shelf.root / "rows.parquet") as temporary:
        engine.write_parquet(_ROWS, temporary)
    engine.view("part_rows", shelf.root / "rows.parquet")
    find_units(engine, least_rows)
    engine.run(f"CREATE OR REPLACE TEMP TABLE part_pairs AS {_TIES}")
    keep_together(engine)
    told = engine.frame("""
        SELECT a.age AS left, b.age AS right,
               CASE WHEN d.same THEN 'same' ELSE 'different' END AS kind
        FROM decisions_pairs d JOIN record_marks a ON a.record_id = d.left_record_id
        JOIN record_marks b ON b.record_id = d.right_record_id ORDER BY ALL""")
    with whole_file(shelf.root / "pairs.parquet") as temporary:
        told.write_parquet(temporary)
    units = engine.frame("SELECT gid, unit FROM un_rows ORDER BY gid")
    rows = pl.scan_parquet(shelf.root / "rows.parquet").drop("kab", "village")
    height = units.height
    shelf.spread(
        rows.slice(at, PIECE_ROWS).collect().join(units, on="gid", maintain_order="left")
        for at in range(0, height, PIECE_ROWS)
    )
    sizes = engine.frame("SELECT unit, count(*) AS n FROM un_rows GROUP BY unit ORDER BY unit")
    for name in ("un_told", "un_keys", "un_places", "un_ends", "un_homes", "un_rows"):
        engine.drop(name)
    (shelf.root / "rows.parquet").unlink()
    return dict(sizes.rows())


def _assemble(engine: DuckEngine, shelf: Shelf, settings: Settings) -> None:
    """Make ``r_clusters``, ``r_links`` and ``r_review`` of the results of all units."""
    units = list(shelf.manifest()["units"])
    for name in ("clusters", "links", "review"):
        engine.drop(f"r_{name}")
        engine.view(f"r_{name}", *(shelf.path(u, f"r_{name}") for u in units))
    if len(units) > 1 and shelf.get(WHOLE, "pairs").height:
        Crossed(engine, shelf, crossing.Settled(
            shelf.get(WHOLE, "pairs"), shelf.get(WHOLE, "joined")
        ), settings).change()  # fmt: skip
