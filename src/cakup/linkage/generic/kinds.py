"""What a column holds: names, texts, codes, dates, numbers or a few classes; from its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from cakup.identifiers import dates
from cakup.linkage.cleaning import REFERENCE
from cakup.linkage.fields import NAME_PARTS, SYNONYMS, plain
from cakup.linkage.generic.values import CLASS, CODE, DATE, EARLIEST, NAME, NUMBER, TEXT, WORDY
from cakup.linkage.sampling import some_values

#: Values looked at, and share of them that must be of a kind.
LOOKED_AT, MOSTLY = 10_000, 0.8
#: Share of digits among letters and digits from which values with blanks are codes: telephones.
DIGITS = 0.75
#: Different values that make a column of classes at most, and rows there must be per value.
CLASSES, ROWS_PER_CLASS = 20, 8
#: Share of values that are different in a column that numbers rows: hardly any is given twice.
NEARLY = 0.99
#: Share of rows that may break the order of a numbering that begins anew.
BROKEN = 0.05
#: Names that mean a row, an answer, or an invented number, if the values do not say otherwise.
ROW_NUMBERS = frozenset((
    "id", "recid", "recordid", "uniqueid", "rowid", "row", "rownumber", "index", "no", "nourut",
    "nomorurut", "cluster", "clusterid", "entity", "entityid", "truth", "trueid", "trueperson",
    "label", "groundtruth", "personid", "person", "matchid",
))  # fmt: skip
#: Names that give the answer, unless the values are words: used as evidence it would prove itself.
ANSWERS = frozenset((
    "cluster", "clusterid", "entity", "entityid", "truth", "trueid", "trueperson", "groundtruth",
    "personid", "matchid",
))  # fmt: skip
_NAMES = frozenset((*SYNONYMS["nama"], *SYNONYMS["nama_ibu"], *(n for p in NAME_PARTS for n in p)))
_EIGHT = r"^(1[5-9]|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
_DATES = re.compile(r"date|dob|born|birthday|tanggal|tgl|lahir$")


@dataclass(frozen=True)
class Summary:
    """How much a column holds.

    Args:
        filled: Rows with a value.
        distinct: Different values.
    """

    filled: int
    distinct: int


def summary(values: pl.Series) -> Summary:
    """Return how much a column holds."""
    there = values.drop_nulls()
    return Summary(len(there), there.n_unique() if len(there) else 0)


def numbers_rows(name: str, kind: str, tables: Sequence[pl.Series]) -> bool:
    """Return whether a column numbers rows or gives the answer, by its name and by its values.

    The name alone is not enough: ``person`` may hold names, ``label`` towns, and an ``id`` that is
    written more than once is a key like any other. A number that is named as the answer is none.

    Args:
        name: Its name.
        kind: What it holds.
        tables: Its values in each table.
    """
    if plain(name) in ANSWERS and kind not in WORDY:
        return True
    return plain(name) in ROW_NUMBERS and all(_numbers(kind, v.drop_nulls()) for v in tables)


def _numbers(kind: str, there: pl.Series) -> bool:
    """Return whether values differ from row to row as numbers do, or count from one on."""
    told = summary(there)
    if told.distinct < NEARLY * told.filled:
        return _begins_anew(there)
    if kind not in WORDY or not told.filled:
        return True
    # Names and addresses differ as well; "row 17" is a number with the same word around it.
    words = some_values(there, LOOKED_AT).cast(pl.String).to_frame("v")
    numbered = words.filter(pl.col("v").str.contains(r"\d"))["v"].str.replace_all(r"\d+", "")
    most = numbered.value_counts()["count"].to_list()
    return max(most, default=0) >= MOSTLY * words.height


def _begins_anew(there: pl.Series) -> bool:
    """Return whether whole numbers count from one (or nought), again and again.

    However the rows are sorted: every list that has a number has all the smaller ones, so none is
    left out and none comes oftener than the one before it.
    """
    whole = there.cast(pl.String).str.strip_chars().str.replace(r"\.0+$", "")
    number = whole.cast(pl.Int64, strict=False).alias("n")
    if number.null_count():
        return False
    counts = number.value_counts(name="k").sort("n")
    first, last = int(counts["n"][0]), int(counts["n"][-1])
    if first not in (0, 1) or last - first + 1 != counts.height:
        return False
    more = counts["k"].cast(pl.Int64).diff().drop_nulls()
    return int(more.filter(more > 0).sum()) <= BROKEN * len(there)


def kind_of(name: str, values: pl.Series) -> str:
    """Return what a column holds.

    Args:
        name: Its name; decides between a name and another text, and helps with dates.
        values: Its values.
    """
    there = values.drop_nulls()
    if not len(there):
        return TEXT
    some = some_values(there, LOOKED_AT).cast(pl.String).to_frame("v")
    hinted = plain(name)
    if _is_date(hinted, some["v"]):
        return DATE
    told = summary(there)
    if told.distinct <= CLASSES and told.filled >= ROWS_PER_CLASS * told.distinct:
        return CLASS
    digits = _share(some["v"].str.contains(r"^-?\d+([.,]\d+)?$"))
    if digits >= MOSTLY:
        return _of_digits(some["v"])
    blank = _share(some["v"].str.contains(r"\s"))
    marked = _share(some["v"].str.contains(r"\d|@|\w\.\w"))
    if marked >= MOSTLY and (blank < 1 - MOSTLY or _of_digits_mostly(some["v"])):
        return CODE
    return NAME if hinted in _NAMES else TEXT


def _of_digits_mostly(some: pl.Series) -> bool:
    """Return whether most of what is written are digits: a telephone, no address and no plate."""
    written = float(some.str.count_matches(r"[\p{L}\p{N}]").cast(pl.Float64).sum())
    digits = float(some.str.count_matches(r"\d").cast(pl.Float64).sum())
    return digits >= DIGITS * max(written, 1.0)


def _is_date(hinted: str, some: pl.Series) -> bool:
    """Return whether values are days; bare digits only if they are eight, or the name says so."""
    bare = _share(some.str.contains(r"^\d+([.,]\d+)?$"))
    eight = _share(some.str.contains(r"^\d{8}$"))
    by_name = _DATES.search(hinted) is not None or hinted in SYNONYMS["tanggal_lahir"]
    whole = _share(some.str.contains(_EIGHT))
    if eight >= MOSTLY:
        return whole >= MOSTLY
    if bare > 1 - MOSTLY and not by_name:
        return False
    day = dates.parse(pl.col("v"), latest=REFERENCE, earliest=EARLIEST)
    read = some.to_frame("v").select(day.alias("t"))
    share = read.unnest("t")["tanggal"].count() / max(len(some), 1)
    return share >= (0.5 if by_name else MOSTLY)


def _of_digits(some: pl.Series) -> str:
    """Return whether numbers are amounts, or codes of a fixed length."""
    size = some.str.len_chars()
    usual = _share(size == size.mode().sort()[0])
    year = some.cast(pl.Float64, strict=False)
    years = _share((year >= 1800) & (year <= 2100) & (size == 4))
    # Amounts have decimals, or are rounded and of many lengths; however long they are.
    rounded = usual < 0.9 and _share(some.str.ends_with("00")) >= 0.5
    if years >= 0.95 or rounded or _share(some.str.contains(r"[.,]\d+$")) >= 0.5:
        return NUMBER
    if _share(some.str.contains(r"^0\d")) > 0.02 or _share(size) >= 7:
        return CODE
    return CODE if usual >= 0.9 and _share(size) >= 3.5 else NUMBER


def _share(told: pl.Series) -> float:
    """Return the mean of a column, 0 of an empty one."""
    return float(told.cast(pl.Float64).sum()) / max(len(told), 1)
