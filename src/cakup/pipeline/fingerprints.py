"""Record fingerprints: what a row says of a person, as a keyed hash that outlives its file.

The text under the hash is frozen (``VERSION``): nik, nama, tanggal_lahir, jenis_kelamin, nama_ibu,
desa_kelurahan, in capitals, everything but letters and digits a single blank. It deliberately does
not use the name rules of ``cakup.names``: those get better with every release, and a fingerprint
that changes with them would make the ids of persons and the decisions of people unfindable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from cakup.kernel.progress import SILENT, Progress
from cakup.kernel.schemas import PERSON_KINDS
from cakup.pipeline.imports import Import
from cakup.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine

VERSION = "1"
FIELDS = ("nik", "nama", "tanggal_lahir", "jenis_kelamin", "nama_ibu", "desa_kelurahan")
WRITTEN = ("nama", "nama_ibu", "desa_kelurahan")
SEPARATOR = "\x1f"
DIGEST_BYTES = 16
CHUNK_ROWS = 500_000
#: Capitals that are not in the form of a fingerprint, or may not be.
NOT_PLAIN = r"[^A-Z0-9 ]|  |^ | $"
# An age is one whole number: import (15 bits), sheet (14), row (34); smaller is older.
SHEET_SHIFT = 34
IMPORT_SHIFT = 48


def fingerprints(rows: pl.DataFrame, key: bytes) -> pl.Series:
    """Return the fingerprint of every row.

    Args:
        rows: Has the columns ``FIELDS``; ``tanggal_lahir`` is a date.
        key: The workspace's key.

    Returns:
        32 hexadecimal digits per row, in the order of the rows.
    """
    return _hashed(rows, {name: _form(rows, name) for name in WRITTEN}, key)


def _hashed(rows: pl.DataFrame, written: dict[str, pl.Series], key: bytes) -> pl.Series:
    """Return the fingerprints of rows whose written columns are in their form already."""
    start = hashlib.blake2b(
        digest_size=DIGEST_BYTES, key=key[:64], person=b"cakup-row-" + VERSION.encode()
    )
    return keyed_hex(_texts(rows, written), start)


def keyed_hex(texts: pl.Series, start: hashlib.blake2b) -> pl.Series:
    """Return the hash of every text in hexadecimal digits.

    Args:
        texts: Texts without null.
        start: The hash before any text, with the key in it.
    """
    copied, digests = start.copy, []
    for text in texts.cast(pl.Binary).to_list():
        state = copied()
        state.update(text)
        digests.append(state.digest())
    return pl.Series("fingerprint", digests, dtype=pl.Binary).bin.encode("hex")


def mark_records(
    engine: SqlEngine, workspace: Workspace, imports: Sequence[Import],
    progress: Progress = SILENT, kept: Sequence[Path] = (),
) -> int:  # fmt: skip
    """Make the temp table ``record_marks(record_id, fingerprint, age, nama_form)``.

    Args:
        engine: Engine in which the table is made.
        workspace: Workspace of the imports.
        imports: Imports of person kinds; their order does not matter.
        progress: Listener.
        kept: Marks as ``kept_marks`` gave them; the rows of other imports are marked anew.

    Returns:
        Number of records marked anew.
    """
    engine.run(
        "CREATE OR REPLACE TEMP TABLE record_marks "
        "(record_id VARCHAR, fingerprint VARCHAR, age BIGINT, nama_form VARCHAR)"
    )
    done = 0
    oldest_first = sorted(imports, key=lambda i: (i.received_on, i.as_of, i.id))
    marked = [i for i in oldest_first if i.kind in PERSON_KINDS]
    held = _take_kept(engine, [i.id for i in marked], kept) if kept else set()
    waiting: list[pl.DataFrame] = []
    for number, one in enumerate(marked):
        if one.id in held:
            continue
        for chunk in _chunks(workspace.root / "imports" / one.id / "records.parquet"):
            waiting.append(_marks(chunk, number, workspace.key))
            done += chunk.height
            progress.step("sidik baris", done)
            if sum(m.height for m in waiting) >= CHUNK_ROWS:
                _add(engine, waiting)
    _add(engine, waiting)
    return done


def _chunks(path: Path) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file, so many at once that memory stays bounded."""
    file = pl.scan_parquet(path).select("record_id", "sheet_row", *FIELDS)
    start, chunk = 0, file.head(CHUNK_ROWS).collect()
    while chunk.height:
        yield chunk
        start += CHUNK_ROWS
        chunk = file.slice(start, CHUNK_ROWS).collect() if chunk.height == CHUNK_ROWS else chunk[:0]


def _add(engine: SqlEngine, waiting: list[pl.DataFrame]) -> None:
    """Add marks to ``record_marks``, many files at once, and leave none waiting."""
    if not waiting:
        return
    engine.register("marks_chunk", pl.concat(waiting))
    engine.run("INSERT INTO record_marks SELECT * FROM marks_chunk")
    engine.drop("marks_chunk")
    waiting.clear()


def _take_kept(engine: SqlEngine, imports: list[str], kept: Sequence[Path]) -> set[str]:
    """Take marks over; only how old an import is among all may have changed."""
    engine.view("marks_kept", *kept)
    numbers = {"import_id": imports, "number": list(range(len(imports)))}
    engine.register("marks_numbers", pl.DataFrame(numbers))
    engine.run(f"""
        INSERT INTO record_marks
        SELECT k.record_id, k.fingerprint, (n.number::BIGINT << {IMPORT_SHIFT}) + k.place,
               k.nama_form
        FROM marks_kept k JOIN marks_numbers n ON n.import_id = k.import_id""")
    held = engine.frame("SELECT DISTINCT import_id FROM marks_kept")["import_id"].to_list()
    engine.drop("marks_numbers")
    return {str(one) for one in held}


def kept_marks(engine: SqlEngine, imports: Sequence[str]) -> pl.DataFrame:
    """Return the marks of the rows of some imports as they are kept."""
    engine.register("marks_of", pl.DataFrame({"id": list(imports)}, schema={"id": pl.String}))
    found = engine.frame(f"""
        SELECT record_id, split_part(record_id, '.', 1) AS import_id, fingerprint,
               age & {(1 << IMPORT_SHIFT) - 1} AS place, nama_form
        FROM record_marks WHERE split_part(record_id, '.', 1) IN (SELECT id FROM marks_of)
        ORDER BY import_id, place""")
    engine.drop("marks_of")
    return found


def _marks(chunk: pl.DataFrame, number: int, key: bytes) -> pl.DataFrame:
    """Return the marks of rows of import ``number``, counted from the oldest."""
    sheet = _sheets(chunk["record_id"])
    written = {name: _form(chunk, name) for name in WRITTEN}
    return chunk.select(
        "record_id",
        _hashed(chunk, written, key),
        (pl.lit(number << IMPORT_SHIFT) + sheet * (1 << SHEET_SHIFT) + pl.col("sheet_row")).alias(
            "age"
        ),
        written["nama"].alias("nama_form"),
    )


def _sheets(record_ids: pl.Series) -> pl.Series:
    """Return the number of each row's sheet, the second part of its id; most files have one."""
    import_id = record_ids[0].split(".")[0] if len(record_ids) else ""
    if record_ids.str.starts_with(f"{import_id}.1.").all():
        return pl.repeat(1, len(record_ids), dtype=pl.Int64, eager=True)
    return record_ids.str.split(".").list.get(1).cast(pl.Int64)


def _texts(rows: pl.DataFrame, written: dict[str, pl.Series]) -> pl.Series:
    """Return the text under each fingerprint."""
    parts = [
        written[name] if name in written else rows[name].cast(pl.String).fill_null("").alias(name)
        for name in FIELDS
    ]
    return pl.DataFrame(parts).select(pl.concat_str(list(FIELDS), separator=SEPARATOR)).to_series()


def _form(rows: pl.DataFrame, name: str) -> pl.Series:
    """Return a written column in capitals: letters and digits, single blanks, empty if none.

    Most values are in this form once they are in capitals; only the others are worked on.
    """
    values = rows[name].fill_null("")
    if (values.str.len_bytes() != values.str.len_chars()).any():
        # Costly and without effect on plain ASCII: composed and decomposed letters become equal.
        values = values.str.normalize("NFKC")
    capitals = values.str.to_uppercase().alias(name)
    at = capitals.str.contains(NOT_PLAIN).arg_true()
    if at.is_empty():
        return capitals
    plain = capitals.gather(at).str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars(" ")
    place = pl.arange(len(capitals), dtype=pl.get_index_type(), eager=True)
    place = place.scatter(at, pl.arange(len(plain), eager=True) + len(capitals))
    return pl.concat([capitals, plain]).gather(place)
