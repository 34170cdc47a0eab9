"""How much two values agree, from numbers alone, for many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from cakup.linkage.rows import Array, Rows, digits_apart
from cakup.linkage.vocabulary import Ints

Bools = NDArray[np.bool_]
#: Joint level of NIK and date: position of the NIK's level × number of dates' levels + the date's.
NIK_LEVELS = (
    "missing", "equal", "serial_near", "serial_other", "near_place", "near_day", "same_day",
    "other", "part_equal", "part_other",
)  # fmt: skip
DATE_LEVELS = ("missing", "equal", "near", "new_year", "other")
NAME_LEVELS = (
    "missing", "other", "alike", "typo", "word", "word_alike", "word_typo", "shortened", "sound",
    "equal",
)  # fmt: skip
MOTHER_LEVELS = ("missing", "other", "alike", "typo", "sound")
SEX_LEVELS = ("missing", "other", "equal")
TEXT_LEVELS = ("missing", "other", "alike", "near", "equal")
PART_EQUAL, PART_OTHER = NIK_LEVELS.index("part_equal"), NIK_LEVELS.index("part_other")
#: Bits are stored as whole numbers of this many parts.
PARTS_PER_BIT = 4
#: Digits that Excel keeps of a number.
EXCEL_DIGITS = 15
#: Digits of a damaged NIK that tell place and birth date.
PLACE_AND_DAY = 12
NEW_YEAR = 101
#: Jaro-Winkler similarity from which two texts differ by a slip of the pen, or are alike.
TYPO, ALIKE, ALIKE_WITH_WORD, ALIKE_TEXT = 0.92, 0.85, 0.80, 0.80


@dataclass(frozen=True)
class Quick:
    """What numbers alone tell of pairs.

    Args:
        level: Level of each pair; of an open one the lowest that it can get.
        bits: Rarity of the shared value in parts of a bit, None if the field has none.
        open: Pairs whose texts decide, None if there are none.
    """

    level: NDArray[np.uint8]
    bits: NDArray[np.int16] | None = None
    open: Bools | None = None


def nik_date_level(rows: Rows, left: Ints, right: Ints) -> Quick:
    """Compare NIK and birth date together; damaged NIKs stay open."""
    n = rows
    nik_a, nik_b = n["nik"][left], n["nik"][right]
    whole = (nik_a != 0) & (nik_b != 0)
    something = ((nik_a != 0) | n["has_part"][left]) & ((nik_b != 0) | n["has_part"][right])
    open_ = something & ~whole
    level = np.where(open_, np.uint8(PART_OTHER), np.uint8(0))
    at = np.flatnonzero(whole)
    level[at] = _whole_nik_level(rows, left[at], right[at])
    level = level * np.uint8(len(DATE_LEVELS)) + _date_level(rows, left, right, whole)
    return Quick(level, n["dbits"][left], open_)


def _whole_nik_level(rows: Rows, left: Ints, right: Ints) -> NDArray[np.uint8]:
    """Return the level of two whole NIKs."""
    n = rows
    nik_a, nik_b = n["nik"][left], n["nik"][right]
    apart = digits_apart(n["nik_packed"][left], n["nik_packed"][right])
    serials = nik_a % 10_000 - nik_b % 10_000
    near_serial = (apart == 1) | ((apart == 2) & (serials % 9 == 0))
    same_day = nik_a // 10_000 % 10**6 == nik_b // 10_000 % 10**6
    return np.select(
        [
            nik_a == nik_b, (nik_a // 10_000 == nik_b // 10_000) & near_serial,
            nik_a // 10_000 == nik_b // 10_000, same_day & (apart <= 2), same_day, apart <= 2,
        ],
        [1, 2, 3, 4, 6, 5], 7,
    ).astype(np.uint8)  # fmt: skip


def _date_level(rows: Rows, left: Ints, right: Ints, whole: Bools) -> NDArray[np.uint8]:
    """Compare birth dates.

    Two whole NIKs speak for the days they hold at their own level, so then only stated dates are
    compared; else a row's stated day or the day its NIK implies may agree.
    """
    n = rows
    a = np.where(whole, n["d0"][left], n["d1"][left])
    b = np.where(whole, n["d0"][right], n["d1"][right])
    level = np.where((a == 0) | (b == 0), np.uint8(0), np.uint8(4))
    level[_one_mark_apart(a, b, n["ds"][left]) & (level > 0)] = 2
    same_year = a // 10_000 == b // 10_000
    default = (a % 10_000 == NEW_YEAR) | (b % 10_000 == NEW_YEAR)
    level[same_year & default & (level > 0)] = 3
    other_a, other_b = n["d2"][left], n["d2"][right]
    implied = (other_a != 0) & ((other_a == b) | (other_a == other_b))
    implied |= (other_b != 0) & (other_b == a)
    level[((a == b) | (~whole & implied)) & (level > 0)] = 1
    return level


def _one_mark_apart(a: Array, b: Array, swapped: Array) -> Bools:
    """Return whether two days yyyymmdd agree in two of three marks, or with day for month."""
    near = (a // 100 == b // 100) | (a % 10_000 == b % 10_000) | (swapped == b)
    near |= (a // 10_000 == b // 10_000) & (a % 100 == b % 100)
    return np.asarray(near, dtype=np.bool_)


def part_level(rows: Rows, left: Ints, right: Ints) -> NDArray[np.uint8]:
    """Return the level of pairs of which at least one NIK is damaged: what is readable of it.

    Leading digits agree, or one digit was lost or won. Two damaged numbers that agree in place and
    day only say nothing.
    """
    told = pl.DataFrame(
        {"a": rows.text("nik").gather(left), "b": rows.text("nik").gather(right),
         "p": rows.text("np").gather(left), "q": rows.text("np").gather(right)}
    ).with_columns(
        whole=pl.coalesce("a", "b"),
        part=pl.when(pl.col("a").is_null()).then("p").otherwise("q"),
    )  # fmt: skip
    both_damaged = pl.col("whole").is_null()
    head = pl.col("p").str.slice(0, PLACE_AND_DAY) == pl.col("q").str.slice(0, PLACE_AND_DAY)
    prefix = (pl.col("part").str.len_bytes() <= EXCEL_DIGITS) & pl.col("whole").str.starts_with(
        pl.col("part")
    )
    level = told.select(
        pl.when(both_damaged & (pl.col("p") == pl.col("q")).fill_null(False)).then(PART_EQUAL)
        .when(both_damaged & head.fill_null(False)).then(0)
        .when(prefix.fill_null(False)).then(PART_EQUAL)
        .otherwise(PART_OTHER).cast(pl.UInt8)
    ).to_series().to_numpy().copy()  # fmt: skip
    unsure = np.flatnonzero((level == PART_OTHER) & told["whole"].is_not_null().to_numpy())
    wholes, parts = told["whole"].gather(unsure).to_list(), told["part"].gather(unsure).to_list()
    level[unsure] = [
        PART_EQUAL if Levenshtein.distance(w, p, score_cutoff=1) <= 1 else PART_OTHER
        for w, p in zip(wholes, parts, strict=True)
    ]
    return level


def name_level(rows: Rows, left: Ints, right: Ints) -> Quick:
    """Compare names by their words; names that share no whole word stay open."""
    n = rows
    hits = _shared_words(rows, "n", left, right)
    level, shared = _name_level(rows, left, right, hits)
    rare = np.zeros(len(left), dtype=np.int16)
    for at, hit in enumerate(hits):
        rare += np.where(hit, n[f"nb{at + 1}"][left], np.int16(0))
    bits_a, bits_b = n["nbits"][left], n["nbits"][right]
    together = np.minimum(n["ncorr"][left], n["ncorr"][right])
    bits = np.select(
        [level >= NAME_LEVELS.index("sound"), shared >= n["ncount"][left],
         shared >= n["ncount"][right], shared > 1],
        [np.minimum(bits_a, bits_b), np.minimum(bits_a, rare), np.minimum(bits_b, rare),
         np.maximum(rare - together, 0)],
        rare,
    ).astype(np.int16)  # fmt: skip
    return Quick(level, bits, (level == 1) | (level == 4))


def name_words_level(rows: Rows, left: Ints, right: Ints) -> NDArray[np.uint8]:
    """Return the level of names by their words alone, without rarities."""
    return _name_level(rows, left, right, _shared_words(rows, "n", left, right))[0]


def _name_level(
    rows: Rows, left: Ints, right: Ints, hits: list[Bools]
) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Return the level of names, and how many words they share."""
    n = rows
    equal = n["nplain"][left] == n["nplain"][right]
    sound = (n["nsound"][left] == n["nsound"][right]) | (n["njoined"][left] == n["njoined"][right])
    there = (n["nplain"][left] != 0) & (n["nplain"][right] != 0)
    shared = _count(hits)
    shortened = (shared > 0) & (shared >= np.minimum(n["ncount"][left], n["ncount"][right]))
    level = np.select([~there, equal, sound, shortened, shared > 0], [0, 9, 8, 7, 4], 1)
    return level.astype(np.uint8), shared


def _shared_words(rows: Rows, prefix: str, left: Ints, right: Ints) -> list[Bools]:
    """Return for each word of the left names whether the right names have it."""
    words = rows.words(prefix)
    theirs = [w[right] for w in words]
    hits = []
    for word in words:
        mine = word[left]
        hit = np.zeros(len(left), dtype=bool)
        for other in theirs:
            hit |= mine == other
        hits.append(hit & (mine != 0))
    return hits


def _count(hits: list[Bools]) -> NDArray[np.int8]:
    """Return how many of the words are shared."""
    count: NDArray[np.int8] = np.sum([h.astype(np.int8) for h in hits], axis=0, dtype=np.int8)
    return count


def sex_level(rows: Rows, left: Ints, right: Ints) -> Quick:
    """Compare sexes; NIKs that hold the same day hold the same sex already."""
    n = rows
    a, b = n["sex"][left], n["sex"][right]
    missing = (a == 0) | (b == 0)
    if n.has("nik"):
        day_a, day_b = n["nik"][left] // 10_000 % 10**6, n["nik"][right] // 10_000 % 10**6
        missing |= (day_a != 0) & (day_a == day_b)
    return Quick(np.select([missing, a == b], [0, 2], 1).astype(np.uint8))


def mother_level(rows: Rows, left: Ints, right: Ints) -> Quick:
    """Compare mothers' names."""
    n = rows
    there = (n["mplain"][left] != 0) & (n["mplain"][right] != 0)
    sound = (n["msound"][left] == n["msound"][right]) | (n["mjoined"][left] == n["mjoined"][right])
    shared = _count(_shared_words(rows, "m", left, right))
    least = np.minimum(n["mcount"][left], n["mcount"][right])
    all_shared = (shared > 0) & (shared >= least)
    level = np.select([~there, sound, all_shared, shared > 0], [0, 4, 3, 2], 1).astype(np.uint8)
    bits = np.minimum(n["mbits"][left], n["mbits"][right])
    return Quick(level, bits, (level == 1) | (level == 2))


def text_level(rows: Rows, left: Ints, right: Ints, short: str) -> Quick:
    """Compare written values: equal ones by their number."""
    a, b = rows[f"{short}_v"][left], rows[f"{short}_v"][right]
    level = np.select([(a == 0) | (b == 0), a == b], [0, 4], 1).astype(np.uint8)
    return Quick(level, rows[f"{short}_bits"][left], level == 1)
