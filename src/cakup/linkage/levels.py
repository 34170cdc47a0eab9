"""How much two values agree, from numbers alone, for many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from cakup.linkage.letters import most_alike
from cakup.linkage.rows import Array, Rows, digit_sum, digits_apart
from cakup.linkage.vocabulary import Ints

Bools = NDArray[np.bool_]
#: How open pairs are: 0 settled, 1 open, ``BARELY`` open for one level up only.
Open = NDArray[np.bool_] | NDArray[np.uint8]
BARELY = 2
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
#: Digits at the beginning or at the end that one slip in a NIK leaves as they are.
HALF_NIK = 7
#: Where day, month and year stand in a day's marks (``rows.day_marks``), and 1 January.
DAY, MONTH, YEAR = 0x7F, 0x7F << 7, ~0x3FFF
DAY_AND_MONTH, NEW_YEAR = DAY | MONTH, 1 << 7 | 1
#: Bits of the running number and of the birth day in a packed NIK.
PACKED_SERIAL_BITS, PACKED_DAY = np.uint64(16), np.uint64(0xFF_FFFF_0000)
#: Words that hardly any name has more of.
MOST_NAMES_HAVE = 3
#: Jaro-Winkler similarity from which two texts differ by a slip of the pen, or are alike.
TYPO, ALIKE, ALIKE_WITH_WORD, ALIKE_TEXT = 0.92, 0.85, 0.80, 0.80


@dataclass(frozen=True)
class Quick:
    """What numbers alone tell of pairs.

    Args:
        level: Level of each pair; of an open one the lowest that it can get.
        bits: Rarity of the shared value in parts of a bit, None if the field has none.
        open: Pairs whose texts decide, not 0; ``BARELY`` where only the first of the levels that
            they could get is left. None if there are none.
    """

    level: NDArray[np.uint8]
    bits: NDArray[np.int16] | None = None
    open: Open | None = None


def nik_date_level(rows: Rows, left: Ints, right: Ints) -> Quick:
    """Compare NIK and birth date together; damaged NIKs stay open."""
    n = rows
    nik_a, nik_b = n["nik_packed"].take(left), n["nik_packed"].take(right)
    whole = (nik_a != 0) & (nik_b != 0)
    open_ = (
        ((nik_a != 0) | n["has_part"].take(left))
        & ((nik_b != 0) | n["has_part"].take(right))
        & ~whole
    )
    level = np.where(open_, np.uint8(PART_OTHER), np.uint8(0))
    at = np.flatnonzero(whole)
    level[at] = _whole_nik_level(nik_a[at], nik_b[at])
    level *= np.uint8(len(DATE_LEVELS))
    level += _date_level(rows, left, right, whole)
    return Quick(level, n["dbits"].take(left), open_)


def _whole_nik_level(nik_a: Array, nik_b: Array) -> NDArray[np.uint8]:
    """Return the level of two whole NIKs, see ``rows.packed_digits``."""
    marks, apart = nik_a ^ nik_b, digits_apart(nik_a, nik_b)
    same_day = np.flatnonzero(marks & PACKED_DAY == 0)
    level = np.where(apart <= 2, np.uint8(5), np.uint8(7))
    level[same_day] = np.where(apart[same_day] <= 2, 4, 6)
    same_place = same_day[marks[same_day] >> PACKED_SERIAL_BITS == 0]
    apart = apart[same_place]
    level[same_place] = np.where(apart == 1, 2, 3)
    two = same_place[apart == 2]
    # Two digits that were swapped differ by a multiple of nine, as do their digit sums.
    level[two[(digit_sum(nik_a[two]) - digit_sum(nik_b[two])) % 9 == 0]] = 2
    level[marks == 0] = 1
    return level


def _date_level(rows: Rows, left: Ints, right: Ints, whole: Bools) -> NDArray[np.uint8]:
    """Compare birth dates.

    Two whole NIKs speak for the days they hold at their own level, so then only stated dates are
    compared; else a row's stated day or the day its NIK implies may agree.
    """
    n = rows
    a = np.where(whole, n["d0_marks"].take(left), n["d1_marks"].take(left))
    b = np.where(whole, n["d0_marks"].take(right), n["d1_marks"].take(right))
    apart = a ^ b
    level = np.full(len(a), 4, dtype=np.uint8)
    level[_one_mark_apart(apart) | (n["ds_marks"].take(left) == b)] = 2
    default = ((a & DAY_AND_MONTH) == NEW_YEAR) | ((b & DAY_AND_MONTH) == NEW_YEAR)
    level[(apart & YEAR == 0) & default] = 3
    other_a, other_b = n["d2_marks"].take(left), n["d2_marks"].take(right)
    implied = (other_a != 0) & ((other_a == b) | (other_a == other_b))
    implied |= (other_b != 0) & (other_b == a)
    level[(apart == 0) | (implied & ~whole)] = 1
    level[(a == 0) | (b == 0)] = 0
    return level


def _one_mark_apart(apart: Array) -> Bools:
    """Return where two of year, month and day agree, from the bits in which two days differ."""
    near = (
        (apart & DAY_AND_MONTH == 0) | (apart & (YEAR | DAY) == 0) | (apart & (YEAR | MONTH) == 0)
    )
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
    kept = pl.col("whole").str.head(HALF_NIK) == pl.col("part").str.head(HALF_NIK)
    kept |= pl.col("whole").str.tail(HALF_NIK) == pl.col("part").str.tail(HALF_NIK)
    near = told.select(kept.fill_null(False)).to_series().to_numpy()
    unsure = np.flatnonzero((level == PART_OTHER) & near)
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
    bits = np.zeros(len(left), dtype=np.int16)
    for word, hit in enumerate(hits, start=1):
        at = np.flatnonzero(hit)
        bits[at] += n[f"nb{word}"].take(left.take(at))
    bits_a, bits_b = n["nbits"].take(left), n["nbits"].take(right)
    together = np.minimum(n["ncorr"].take(left), n["ncorr"].take(right))
    apart = np.where(shared > 1, np.maximum(bits - together, 0), bits)
    all_of_a, all_of_b = shared >= n["ncount"].take(left), shared >= n["ncount"].take(right)
    np.copyto(apart, np.minimum(bits_b, bits), where=all_of_b)
    np.copyto(apart, np.minimum(bits_a, bits), where=all_of_a)
    np.copyto(apart, np.minimum(bits_a, bits_b), where=level >= NAME_LEVELS.index("sound"))
    least = {1: ALIKE, 4: ALIKE_WITH_WORD}
    return Quick(level, apart, _open(rows, "nletters", left, right, level, least))


def _open(
    rows: Rows, letters: str, left: Ints, right: Ints, level: NDArray[np.uint8],
    least: dict[int, float],
) -> NDArray[np.uint8]:  # fmt: skip
    """Return the pairs that may be alike by their texts, as far as their letters tell.

    Args:
        rows: Rows.
        letters: Column of letters, see ``letters``; where it is absent nothing is ruled out.
        left: Row of each pair.
        right: The other row.
        level: Level of each pair by numbers.
        least: Level of an open pair → similarity that lifts it by one level.
    """
    needed = np.zeros(int(level.max(initial=0)) + len(NAME_LEVELS))
    needed[list(least)] = list(least.values())
    wanted = needed.take(level)
    at = np.flatnonzero(wanted)
    found = np.zeros(len(level), dtype=np.uint8)
    if not rows.has(letters):
        found[at] = 1
        return found
    bound = most_alike(rows[letters].take(left.take(at)), rows[letters].take(right.take(at)))
    found[at] = np.where(bound >= TYPO, 1, np.where(bound >= wanted.take(at), BARELY, 0))
    return found


def name_words_level(rows: Rows, left: Ints, right: Ints) -> NDArray[np.uint8]:
    """Return the level of names by their words alone, without rarities."""
    return _name_level(rows, left, right, _shared_words(rows, "n", left, right))[0]


def _name_level(
    rows: Rows, left: Ints, right: Ints, hits: list[Bools]
) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Return the level of names, and how many words they share."""
    n = rows
    plain_a, plain_b = n["nplain"].take(left), n["nplain"].take(right)
    sound = (n["nsound"].take(left) == n["nsound"].take(right)) | (
        n["njoined"].take(left) == n["njoined"].take(right)
    )
    shared = _count(hits)
    shortened = shared >= np.minimum(n["ncount"].take(left), n["ncount"].take(right))
    level = np.where(shared > 0, np.where(shortened, np.uint8(7), np.uint8(4)), np.uint8(1))
    level[sound] = 8
    level[plain_a == plain_b] = 9
    level[(plain_a == 0) | (plain_b == 0)] = 0
    return level, shared


def _shared_words(rows: Rows, prefix: str, left: Ints, right: Ints) -> list[Bools]:
    """Return for each word of the left names whether the right names have it.

    Few names have more words than ``MOST_NAMES_HAVE``; the rest is looked at for those only.
    """
    words = rows.words(prefix)
    hits = _hits(words[:MOST_NAMES_HAVE], words[:MOST_NAMES_HAVE], left, right)
    more = [np.zeros(len(left), dtype=bool) for _ in words[MOST_NAMES_HAVE:]]
    further = words[MOST_NAMES_HAVE]
    at = np.flatnonzero((further.take(left) != 0) | (further.take(right) != 0))
    if len(at):
        for hit, found in zip(
            [*hits, *more], _hits(words, words, left[at], right[at]), strict=True
        ):
            hit[at] = found
    return [*hits, *more]


def _hits(mine: list[Array], theirs: list[Array], left: Ints, right: Ints) -> list[Bools]:
    """Return for each of some words of the left names whether it is among those of the right."""
    others = [w.take(right) for w in theirs]
    hits = []
    for column in mine:
        word = column.take(left)
        hit = np.zeros(len(left), dtype=bool)
        for other in others:
            hit |= word == other
        hits.append(hit & (word != 0))
    return hits


def _count(hits: list[Bools]) -> NDArray[np.int8]:
    """Return how many of the words are shared."""
    count = np.zeros(len(hits[0]), dtype=np.int8)
    for hit in hits:
        count += hit.view(np.int8)
    return count


def sex_level(rows: Rows, left: Ints, right: Ints) -> Quick:
    """Compare sexes; NIKs that hold the same day hold the same sex already."""
    n = rows
    a, b = n["sex"].take(left), n["sex"].take(right)
    level = np.where(a == b, np.uint8(2), np.uint8(1))
    level[(a == 0) | (b == 0)] = 0
    if n.has("nik"):
        nik_a, nik_b = n["nik_packed"].take(left), n["nik_packed"].take(right)
        level[(nik_a & PACKED_DAY == nik_b & PACKED_DAY) & (nik_a & PACKED_DAY != 0)] = 0
    return Quick(level)


def mother_level(rows: Rows, left: Ints, right: Ints) -> Quick:
    """Compare mothers' names."""
    n = rows
    level, bits = np.zeros(len(left), dtype=np.uint8), np.zeros(len(left), dtype=np.int16)
    there = np.flatnonzero((n["mplain"].take(left) != 0) & (n["mplain"].take(right) != 0))
    a, b = left[there], right[there]
    sound = (n["msound"].take(a) == n["msound"].take(b)) | (
        n["mjoined"].take(a) == n["mjoined"].take(b)
    )
    told = np.where(sound, np.uint8(4), np.uint8(1))
    open_ = np.flatnonzero(~sound)
    told[open_] = _mothers_words(rows, a[open_], b[open_])
    level[there], bits[there] = told, np.minimum(n["mbits"].take(a), n["mbits"].take(b))
    return Quick(level, bits, _open(rows, "mletters", left, right, level, {1: ALIKE, 2: TYPO}))


def _mothers_words(rows: Rows, left: Ints, right: Ints) -> NDArray[np.uint8]:
    """Return the level of mothers' names that do not sound alike."""
    shared = _count(_shared_words(rows, "m", left, right))
    all_shared = shared >= np.minimum(rows["mcount"].take(left), rows["mcount"].take(right))
    return np.where(shared > 0, np.where(all_shared, np.uint8(3), np.uint8(2)), np.uint8(1))


def text_level(rows: Rows, left: Ints, right: Ints, short: str) -> Quick:
    """Compare written values: equal ones by their number."""
    a, b = rows[f"{short}_v"].take(left), rows[f"{short}_v"].take(right)
    level = np.where(a == b, np.uint8(4), np.uint8(1))
    level[(a == 0) | (b == 0)] = 0
    letters = f"{short}_letters"
    least = {1: ALIKE_TEXT}
    open_ = _open(rows, letters, left, right, level, least) if rows.has(letters) else level == 1
    return Quick(level, rows[f"{short}_bits"].take(left), open_)
