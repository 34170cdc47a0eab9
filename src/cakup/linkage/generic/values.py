"""Columns of a table as numbers and texts for comparing: one form, one number per value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from cakup.identifiers import dates
from cakup.linkage.vocabulary import Ints, distinct_values, mixed
from cakup.names.normal import skeletons

#: Kinds of columns; see ``columns.kind_of``.
NAME, TEXT, CODE, DATE, NUMBER, CLASS = "name", "text", "code", "date", "number", "class"
WORDY = (NAME, TEXT)
#: Words of a value that are compared one by one.
WORDS = 6
#: Letters of a value that make its beginning.
BEGINNING = 4
#: Earliest day that is read as one; old registers are tables too.
EARLIEST = date(1000, 1, 1)


@dataclass(frozen=True)
class Column:
    """One field of all rows.

    Args:
        name: Name in the evidence.
        kind: One of the kinds above.
        texts: Distinct values in one form, ``texts[0]`` is empty; an array of objects.
        value: Number of each row's value, 0 = missing; equal values have one number.
        words: Word numbers of each distinct value, shape (values, ``WORDS``), 0 = none; only of
            wordy kinds.
        keys: Ways in which rows with slightly different values still meet, per distinct value.
        number: What each distinct value is as a number (dates: yyyymmdd), NaN where it is none.
        first: First letter of each distinct value.
        size: Letters of each distinct value.
    """

    name: str
    kind: str
    texts: np.ndarray
    value: Ints
    words: Ints
    keys: tuple[Ints, ...]
    number: np.ndarray
    first: Ints
    size: Ints

    @property
    def power(self) -> float:
        """How much a column tells apart: bits of its values times how often it is filled."""
        return told_apart(np.bincount(self.value)[1:], len(self.value))

    def part(self, name: str, start: int, n: int) -> Column:
        """Return ``n`` rows from ``start`` on as a column of their own; the numbering stays."""
        return replace(self, name=name, value=self.value[start : start + n])

    def with_value(self, value: Ints) -> Column:
        """Return the same column with other values in its rows."""
        return replace(self, value=value)


def column(name: str, kind: str, values: pl.Series, sides: pl.Series, latest: date) -> Column:
    """Return one column ready for comparing.

    Args:
        name: Name.
        kind: Kind.
        values: Values as written.
        sides: Table of each row; each table writes dates in its own order.
        latest: Latest day that a date can be.
    """
    plain = plain_form(kind, values, sides, latest)
    distinct, place = distinct_values(plain)
    order = distinct[:-1].arg_sort()
    rank = np.zeros(len(distinct), dtype=np.int64)
    rank[order.to_numpy()] = np.arange(1, len(distinct))
    texts = np.array(["", *distinct[:-1].gather(order).to_list()], dtype=object)
    words = _words(texts) if kind in WORDY else np.zeros((len(texts), 0), dtype=np.int64)
    first = np.array([ord(t[0]) if t else 0 for t in texts], dtype=np.int64)
    size = np.array([len(t) for t in texts], dtype=np.int64)
    return Column(
        name, kind, texts, rank[place], words, _keys(texts, kind, words), _number(texts), first,
        size,
    )  # fmt: skip


def told_apart(counts: np.ndarray, rows: int) -> float:
    """Return how much values tell apart: their bits times how often there is one.

    Args:
        counts: How often each value comes.
        rows: Rows, with and without a value.
    """
    total = max(float(counts.sum()), 1.0)
    share = counts[counts > 0] / total
    return float(-(share * np.log2(share)).sum() * total / max(rows, 1))


def plain_form(kind: str, values: pl.Series, sides: pl.Series, latest: date) -> pl.Series:
    """Return values in the form in which they are compared, see ``column``."""
    return _dates(values, sides, latest) if kind == DATE else one_form(values, kind)


def one_form(values: pl.Series, kind: str) -> pl.Series:
    """Return values without accents, case and marks; empty ones as missing.

    Args:
        values: Values as written, in any script.
        kind: Kind; words stay apart in wordy ones.
    """
    text = values.cast(pl.String).str.normalize("NFKD").str.replace_all(r"\p{M}+", "")
    text = text.str.to_uppercase()
    if kind == NUMBER:
        text = text.str.strip_chars().str.replace(r"\.0+$", "").str.replace(r"^0+(\d)", "$1")
    elif kind in WORDY:
        text = text.str.replace_all(r"['’`´]+", "").str.replace_all(r"[^\p{L}\p{N}]+", " ")
        text = text.str.strip_chars()
    else:
        text = text.str.replace_all(r"[^\p{L}\p{N}]+", "")
    frame = pl.DataFrame({"t": text})
    return frame.select(pl.when(pl.col("t").str.len_bytes() > 0).then("t")).to_series()


def _dates(values: pl.Series, sides: pl.Series, latest: date) -> pl.Series:
    """Return dates as yyyymmdd; what cannot be read keeps its letters and digits."""
    parts = []
    frame = pl.DataFrame({"v": values.cast(pl.String), "s": sides}).with_row_index("at")
    for side in frame["s"].unique().sort():
        some = frame.filter(pl.col("s") == side)
        orders = dates.evidence(some["v"], None, latest=latest, earliest=EARLIEST).decide()
        day = dates.parse(pl.col("v"), orders, latest=latest, earliest=EARLIEST)
        read = some.select("at", day.alias("t")).unnest("t")
        parts.append(read.select("at", d=pl.col("tanggal").dt.strftime("%Y%m%d")))
    days = pl.concat(parts).sort("at")["d"]
    rest = one_form(values, CODE)
    return pl.DataFrame({"d": days, "r": rest}).select(pl.coalesce("d", "r")).to_series()


def _words(texts: np.ndarray) -> Ints:
    """Return the numbers of the words of distinct texts; a word that is repeated counts once."""
    lists = pl.Series(texts.tolist(), dtype=pl.String).str.split(" ")
    flat = pl.DataFrame({"at": pl.int_range(len(texts), eager=True), "w": lists}).explode("w")
    flat = flat.filter(pl.col("w").str.len_bytes() > 0).with_columns(
        no=pl.col("w").rank("dense").cast(pl.Int64), k=pl.int_range(pl.len()).over("at")
    )
    flat = flat.filter(pl.col("k") < WORDS)
    out = np.zeros((len(texts), WORDS), dtype=np.int64)
    out[flat["at"].to_numpy(), flat["k"].to_numpy()] = flat["no"].to_numpy()
    for k in range(1, WORDS):
        out[(out[:, :k] == out[:, k : k + 1]).any(axis=1), k] = 0
    return out


def _keys(texts: np.ndarray, kind: str, words: Ints) -> tuple[Ints, ...]:
    """Return numbers that values share which differ by a slip: sound, beginning, end, words."""
    series = pl.Series(texts.tolist(), dtype=pl.String)
    if kind == CLASS:
        return (np.arange(len(texts)),)
    if kind == DATE:
        return (np.arange(len(texts)), _numbered(series.str.slice(0, 6), 2),
                _numbered(series.str.slice(4), 3))  # fmt: skip
    if kind in WORDY:
        joined = series.str.replace_all(" ", "", literal=True)
        ordered = series.str.split(" ").list.sort().list.join(" ")
        both = pl.DataFrame({"s": skeletons(ordered), "o": ordered})
        heard = pl.when(pl.col("s").str.len_bytes() > 1).then("s").otherwise("o")
        sound = both.select(heard).to_series()
        return (_numbered(sound, 1), _numbered(joined.str.slice(0, BEGINNING), 2),
                *(np.where(words[:, k] > 0, mixed(words[:, k], words[:, k] * 0 + 3), 0)
                  for k in range(min(3, words.shape[1]))))  # fmt: skip
    half = series.str.len_chars() // 2
    frame = pl.DataFrame({"t": series, "h": half})
    begin = frame.select(pl.col("t").str.slice(0, pl.col("h"))).to_series()
    end = frame.select(pl.col("t").str.slice(pl.col("h"))).to_series()
    return (np.arange(len(texts)), _numbered(begin, 2), _numbered(end, 3))


def _numbered(parts: pl.Series, way: int) -> Ints:
    """Return a number per text that is no other way's, 0 for empty ones."""
    told = parts.fill_null("")
    number = told.rank("dense").cast(pl.Int64).to_numpy()
    empty = (told == "").to_numpy()
    return np.where(empty, 0, mixed(number, np.full(len(number), way, dtype=np.int64)))


def _number(texts: np.ndarray) -> np.ndarray:
    """Return texts as numbers, NaN where they are none."""
    read = pl.Series(texts.tolist(), dtype=pl.String).cast(pl.Float64, strict=False)
    return read.fill_null(float("nan")).to_numpy().copy()


def filled(columns: Sequence[Column], person: Ints) -> list[Column]:
    """Return columns in which blanks are filled from the other rows of the same person.

    Args:
        columns: Columns.
        person: Person of each row, the smallest of its rows.
    """
    size = np.bincount(person, minlength=len(person))
    several = size[person] > 1
    out = []
    for told in columns:
        blank = several & (told.value == 0)
        if not blank.any():
            out.append(told)
            continue
        donors = (
            pl.DataFrame({"p": person, "v": told.value}).filter(pl.Series(several))
            .filter(pl.col("v") > 0).group_by("p", "v").len()
            .sort(["p", "len", "v"], descending=[False, True, False])
            .unique("p", keep="first", maintain_order=True)
        )  # fmt: skip
        best = np.zeros(len(person), dtype=np.int64)
        best[donors["p"].to_numpy()] = donors["v"].to_numpy()
        value = np.where(blank, best[person], told.value)
        out.append(told.with_value(value))
    return out
