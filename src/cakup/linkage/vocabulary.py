"""Names as word numbers: equal words, sound-alikes and rarity become comparisons of integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.names.normal import normal_names, skeletons

Ints = NDArray[np.int64]
#: Whole numbers of whatever width a column needs.
Whole = NDArray[np.integer[Any]]
Reals = NDArray[np.float64]
Bools = NDArray[np.bool_]
WORDS_KEPT = 5
_MIX = np.int64(-7046029254386353131)
_BASE = 1_099_511_628_211
_POWERS = np.array([pow(_BASE, k, 2**64) for k in range(64)], dtype=np.uint64).astype(np.int64)


@dataclass(frozen=True)
class WordTable:
    """The names of a column as words, each name once.

    Args:
        place: Name of each row.
        normal: Normal form, missing if there is none.
        sound: Number of each word's skeleton, shape (names, ``WORDS_KEPT``), 0 = no word.
        plain: Number for the words as normally spelled, whatever their order, 0 = no name; the same
            in every table.
        n_full: Words per name that are more than a single letter, at most ``WORDS_KEPT``.
        joined: Number for the skeleton of the name written as one word, 0 = no name; words that
            were joined or split by mistake keep it.
        letter_of: First letter of each skeleton by its number; letters of one sound are one.
        key_of: A number for each skeleton that is the same in every table, by its number.
    """

    place: Ints
    normal: pl.Series
    sound: NDArray[np.int32]
    plain: Ints
    n_full: NDArray[np.int8]
    joined: Ints
    letter_of: Ints
    key_of: Ints


def word_table(names: pl.Series, *, expand_m: bool = True) -> WordTable:
    """Return the names of a column as words.

    Args:
        names: Names as written.
        expand_m: See ``names.normal.normal_names``.
    """
    distinct, place = distinct_values(names)
    return _word_table(distinct, place, expand_m)


def distinct_values(values: pl.Series) -> tuple[pl.Series, Ints]:
    """Return each text once, in the order of rows, and for every row the place of its text.

    Lists repeat people, so work on texts is done once for each that differs. A missing value is the
    last of the distinct ones. Texts are told apart by 64 bits of a hash, as names are everywhere.
    """
    known = values.is_not_null().to_numpy()
    rows = np.flatnonzero(known)
    first = rows[firsts(stable_keys(values)[rows])]
    is_first = np.zeros(len(values), dtype=bool)
    is_first[first] = True
    number = np.cumsum(is_first) - 1
    n = int(is_first.sum())
    place = np.full(len(values), n, dtype=np.int64)
    place[rows] = number[first]
    distinct = values.filter(pl.Series(is_first)) if n else values.clear()
    return pl.concat([distinct, pl.Series(values.name, [None], dtype=pl.String)]), place


def firsts(keys: Ints) -> Ints:
    """Return for each key the first place at which it stands.

    Args:
        keys: Numbers; equal ones may be anywhere.
    """
    order = together(keys)
    held = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], held[1:] != held[:-1]])[: len(held)])
    found = np.empty(len(keys), dtype=np.int64)
    found[order] = np.repeat(order[starts], np.diff(np.append(starts, len(held))))
    return found


def together(keys: Ints) -> Ints:
    """Return an order in which equal keys stand together, the first of them first.

    As many leading bits of a key as fit beside its place are sorted as one number, several times
    faster than sorting places by keys; should two keys differ in their last bits only, all are.

    Args:
        keys: Numbers whose leading bits differ, such as hashes.
    """
    n = len(keys)
    bits = np.uint64(max(n - 1, 1).bit_length())
    packed = keys.view(np.uint64) >> bits << bits
    packed = np.sort(packed | np.arange(n, dtype=np.uint64))
    order: Ints = (packed & ((np.uint64(1) << bits) - np.uint64(1))).view(np.int64)
    ordered, lead = keys[order], packed >> bits
    if ((ordered[1:] != ordered[:-1]) & (lead[1:] == lead[:-1])).any():
        return np.argsort(keys, kind="stable")
    return order


def _word_table(names: pl.Series, rows: Ints, expand_m: bool) -> WordTable:
    """Return distinct names as words."""
    normal = normal_names(names, expand_m=expand_m)["normal"]
    lists = normal.str.split(" ")
    lengths = lists.list.len().fill_null(0).to_numpy().astype(np.int64)
    words, place = distinct_values(lists.drop_nulls().explode())
    known = _known(words[:-1])
    plain = _wide(place + 1, lengths)
    sound_of, is_initial, letter_of, key_of = _by_number(known)
    word_key = np.append(np.int64(0), stable_keys(known["word"]))
    return WordTable(
        place=rows,
        normal=normal,
        sound=sound_of.astype(np.int32)[plain],
        plain=bag_key(word_key[plain]),
        n_full=_full_words(plain, is_initial),
        joined=_joined(plain, known),
        letter_of=letter_of,
        key_of=key_of,
    )


def _letters(texts: pl.Series) -> Ints:
    """Return the letters of texts, one column each, 0 beyond the end; row 0 is the empty text."""
    bytes_ = np.array(["", *texts.to_list()], dtype=f"S{len(_POWERS) - 1}")
    return bytes_.view(np.uint8).reshape(len(bytes_), -1).astype(np.int64)


def _known(words: pl.Series) -> pl.DataFrame:
    """Return distinct words with the number of each one's skeleton."""
    known = pl.DataFrame({"word": words.cast(pl.String)})
    return known.with_columns(sound=skeletons(known["word"]).fill_null("")).with_columns(
        sound_no=pl.col("sound").rank("dense").cast(pl.Int64),
        is_initial=(pl.col("word").str.len_bytes() == 1).cast(pl.Int64),
    )


def _by_number(known: pl.DataFrame) -> tuple[Ints, Ints, Ints, Ints]:
    """Return skeleton and being an initial per word number, first letter and key per skeleton."""
    zero = np.zeros(1, dtype=np.int64)
    sounds = known.unique("sound_no", keep="first").sort("sound_no")["sound"]
    first = sounds.str.slice(0, 1).replace("", "@").to_list()
    letters = np.array([ord(letter) - 63 for letter in first], dtype=np.int64)
    return (
        np.concatenate([zero, known["sound_no"].to_numpy()]),
        np.concatenate([zero, known["is_initial"].to_numpy()]),
        np.concatenate([zero, letters]),
        np.concatenate([zero, stable_keys(sounds)]),
    )


def _joined(plain: Ints, known: pl.DataFrame) -> Ints:
    """Return a number for the skeletons of a name written without blanks.

    A vowel counts only where the whole name begins with it, and H nowhere, because both vanish or
    not depending on where a clerk puts the blank.
    """
    texts = known["sound"].str.replace_all("H", "", literal=True)
    key = _rolling(texts)[0].take(plain[:, 0])
    hashes, sizes = _rolling(texts.str.strip_prefix("A"))
    powers = _POWERS[sizes]
    with np.errstate(over="ignore"):
        for k in range(1, plain.shape[1]):
            there = np.flatnonzero(plain[:, k])
            word = plain[there, k]
            key[there] = key[there] * powers[word] + hashes[word]
    return key


def _full_words(plain: Ints, is_initial: Ints) -> NDArray[np.int8]:
    """Return how many words of each name are more than a single letter."""
    is_full = (is_initial == 0).astype(np.int8)
    is_full[0] = 0
    count = np.zeros(len(plain), dtype=np.int8)
    for k in range(plain.shape[1]):
        count += is_full.take(plain[:, k])
    return count


def _rolling(texts: pl.Series) -> tuple[Ints, Ints]:
    """Return polynomial hashes and lengths by word number; number 0 is the empty text."""
    letters = _letters(texts)
    value = np.zeros(len(letters), dtype=np.int64)
    with np.errstate(over="ignore"):
        for at in range(int((letters > 0).sum(axis=1).max(initial=0))):
            there = letters[:, at] > 0
            value[there] = value[there] * np.int64(_BASE) + letters[there, at]
    return value, (letters > 0).sum(axis=1)


def _wide(values: Ints, lengths: Ints) -> Ints:
    """Spread a flat array of words over ``WORDS_KEPT`` columns, 0 where a name is shorter."""
    starts = np.cumsum(lengths) - lengths
    # One word of all names after the other: it is by words that names are looked at.
    out = np.zeros((WORDS_KEPT, len(lengths)), dtype=np.int64).T
    for k in range(WORDS_KEPT):
        has = np.flatnonzero(lengths > k)
        out[has, k] = values[starts[has] + k]
    return out


def stable_keys(texts: pl.Series) -> Ints:
    """Return a number for each text that does not depend on what else is in the table."""
    return texts.hash(11).to_numpy().view(np.int64).copy()


def bag_key(words: Whole) -> Ints:
    """Return one number per row for its words whatever their order; 0 for a row without words.

    Args:
        words: Word numbers, shape (rows, words), 0 = no word.
    """
    columns = [words[:, k] for k in range(words.shape[1])]
    # A few columns are put in order much faster by exchanging whole neighbours than row by row.
    for last in range(len(columns) - 1, 0, -1):
        for k in range(last):
            low, high = columns[k], columns[k + 1]
            columns[k], columns[k + 1] = np.minimum(low, high), np.maximum(low, high)
    key = np.zeros(len(words), dtype=np.int64)
    with np.errstate(over="ignore"):
        for column in columns:
            key = (key ^ column) * _MIX + (key >> np.int64(29))
    return np.where(words.any(axis=1), key, 0)


def mixed(*parts: Whole) -> Ints:
    """Return one number per row from several columns of numbers, order matters."""
    key = np.zeros(len(parts[0]), dtype=np.int64)
    upper = np.empty_like(key)
    with np.errstate(over="ignore"):
        for part in parts:
            key ^= part
            key *= _MIX
            np.right_shift(key, np.int64(31), out=upper)
            upper &= np.int64(0x1FFFFFFFF)
            key ^= upper
    return key
