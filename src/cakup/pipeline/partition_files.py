"""The folder of a run in partitions: all whole or not at all, so that any step can be redone.

``manifest.json`` says what is linked and in which units; ``raw/unit=…`` holds the rows as they
came, ``units/<unit>/`` what was made of them. A step of a unit is done when ``<step>.json`` stands
there, written last, with the hash of every result of the step; what is not done is done again,
alone.

Rows stand here for minutes and are read several times, so they are not compressed: packing and
unpacking them took four times as long as writing and reading, for half the space.
"""

from __future__ import annotations

import dataclasses
import io
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from cakup.engines.files import make_folder, read_json, sha256_of, whole_file, write_json
from cakup.kernel.errors import InputError
from cakup.linkage.cleaning import Cleaned, with_names, without_names
from cakup.linkage.exact import Exact
from cakup.linkage.fields import Extra
from cakup.linkage.vocabulary import WordTable

MANIFEST = "manifest.json"


class Shelf:
    """The files of one run in partitions.

    Args:
        root: Folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def manifest(self) -> dict[str, Any]:
        """Return what is linked, empty if nothing was begun."""
        try:
            found = read_json(self.root / MANIFEST)
        except (FileNotFoundError, InputError):
            return {}
        return found if isinstance(found, dict) else {}

    def begin(self, facts: Mapping[str, Any]) -> None:
        """Write the manifest: from here on steps can be redone alone."""
        write_json(self.root / MANIFEST, dict(facts))

    def clear(self) -> None:
        """Forget everything of an earlier run."""
        self.remove()
        make_folder(self.root)

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.root, ignore_errors=True)

    def spread(self, pieces: Iterable[pl.DataFrame]) -> None:
        """Write raw rows, each to the files of its ``unit``; all appear at once.

        Args:
            pieces: Rows with ``gid`` and ``unit``.
        """
        making = make_folder(self.root / "raw.part")
        for at, piece in enumerate(pieces):
            for (unit,), rows in piece.partition_by(
                "unit", as_dict=True, include_key=False
            ).items():
                folder = make_folder(making / f"unit={unit}")
                rows.write_ipc(folder / f"{at:06d}.arrow")
        os.replace(making, self.root / "raw")

    def raw(self, unit: str) -> pl.DataFrame:
        """Return the rows of a unit as they came, in the order of their numbers."""
        folder = self.root / "raw" / f"unit={unit}"
        files = sorted(folder.glob("*.arrow"))
        rows = pl.concat([pl.read_ipc(f) for f in files], how="diagonal")
        return rows if rows["gid"].is_sorted() else rows.sort("gid")

    def folder(self, unit: str) -> Path:
        """Return the folder of a unit."""
        return make_folder(self.root / "units" / unit)

    def put(self, unit: str, name: str, frame: pl.DataFrame) -> None:
        """Write a frame of a unit."""
        with whole_file(self.folder(unit) / f"{name}.parquet") as temporary:
            frame.write_parquet(temporary, compression="zstd", compression_level=1)

    def get(self, unit: str, name: str) -> pl.DataFrame:
        """Return a frame of a unit."""
        return pl.read_parquet(self.root / "units" / unit / f"{name}.parquet")

    def path(self, unit: str, name: str) -> Path:
        """Return the file of a frame of a unit."""
        return self.root / "units" / unit / f"{name}.parquet"

    def finish(self, unit: str, step: str, files: list[str], **facts: Any) -> None:
        """Say that a step of a unit is done; this is written last."""
        hashes = {name: sha256_of(self.folder(unit) / name) for name in files}
        write_json(self.folder(unit) / f"{step}.json", {"files": hashes, **facts})

    def done(self, unit: str, step: str) -> dict[str, Any] | None:
        """Return the facts of a step that is done and whose files are as it left them."""
        path = self.root / "units" / unit / f"{step}.json"
        if not path.exists():
            return None
        try:
            facts: dict[str, Any] = read_json(path)
            hashes: dict[str, str] = facts["files"]
        except (InputError, KeyError, TypeError):
            return None
        intact = all(
            (path.parent / name).exists() and sha256_of(path.parent / name) == known
            for name, known in hashes.items()
        )
        return facts if intact else None

    def put_cleaned(self, unit: str, cleaned: Cleaned) -> list[str]:
        """Write cleaned rows; return the files."""
        files = ["rows.arrow"]
        with whole_file(self.folder(unit) / files[0]) as temporary:
            without_names(cleaned).write_ipc(temporary)
        for name, words in (("words", cleaned.words), ("mother", cleaned.mother)):
            if words is not None:
                files.append(f"{name}.npz")
                with whole_file(self.folder(unit) / files[-1]) as temporary:
                    temporary.write_bytes(_packed(words))
        write_json(
            self.folder(unit) / "cleaned.json",
            {"has": sorted(cleaned.has), "sources": list(cleaned.sources),
             "columns": cleaned.frame.columns,
             "extras": [dataclasses.astuple(e) for e in cleaned.extras]},
        )  # fmt: skip
        return [*files, "cleaned.json"]

    def cleaned(self, unit: str, columns: list[str] | None = None) -> Cleaned:
        """Return cleaned rows.

        Args:
            unit: Unit.
            columns: Columns of the rows that are needed, none of them a name's; None for all.
        """
        folder = self.root / "units" / unit
        told = read_json(folder / "cleaned.json")
        words, path = _unpacked(folder / "words.npz"), folder / "mother.npz"
        mother = _unpacked(path) if path.exists() and columns is None else None
        frame = pl.read_ipc(folder / "rows.arrow", columns=columns)
        if columns is None:
            frame = with_names(frame, words, mother, told["columns"])
        return Cleaned(
            frame, frozenset(told["has"]), words, mother,
            tuple(told["sources"]), tuple(Extra(*e) for e in told["extras"]),
        )  # fmt: skip

    def put_exact(self, unit: str, exact: Exact) -> list[str]:
        """Write what the exact pass found; return the files."""
        frames = {"exact": pl.DataFrame({"person": exact.person.astype(np.int32)}),
                  "doubt": exact.doubt, "filler": pl.DataFrame({"row": exact.filler})}  # fmt: skip
        for name, frame in frames.items():
            self.put(unit, name, frame)
        return [f"{name}.parquet" for name in frames]

    def exact(self, unit: str) -> Exact:
        """Return what the exact pass found."""
        person, filler = self.get(unit, "exact")["person"], self.get(unit, "filler")["row"]
        return Exact(person.to_numpy().astype(np.int64), self.get(unit, "doubt"), filler.to_numpy())


def _packed(words: WordTable) -> bytes:
    """Return a table of words as bytes."""
    arrays = {}
    for field in dataclasses.fields(words):
        value = getattr(words, field.name)
        if isinstance(value, pl.Series):
            text = io.BytesIO()
            value.to_frame("t").write_ipc(text)
            value = np.frombuffer(text.getvalue(), dtype=np.uint8)
        arrays[field.name] = value
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    return packed.getvalue()


def _unpacked(path: Path) -> WordTable:
    """Return the table of words that ``_packed`` wrote."""
    with np.load(path, allow_pickle=False) as held:
        arrays: dict[str, Any] = {name: held[name] for name in held.files}
    texts = [f.name for f in dataclasses.fields(WordTable) if f.type == "pl.Series"]
    for name in texts:
        arrays[name] = pl.read_ipc(io.BytesIO(arrays[name].tobytes()))["t"]
    return WordTable(**arrays)
