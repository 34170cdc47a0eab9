"""Invented names with the mix of North Sumatra, drawn for whole columns at once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
import yaml
from numpy.typing import NDArray

PEOPLES = ("jawa", "batak", "karo", "mandailing", "melayu", "minang", "tionghoa", "nias")
JAWA, BATAK, KARO, MANDAILING, MELAYU, MINANG, TIONGHOA, NIAS = range(8)
MUSLIM = np.array([True, False, False, True, True, True, False, False])
#: Share of men whose first word is "Muhammad", by people; about one man in ten over all.
MUHAMMAD = np.array([0.07, 0.0, 0.0, 0.20, 0.28, 0.20, 0.0, 0.0])
ZIPF_POWER, ZIPF_SHIFT = 0.85, 4.0
#: How often the second word comes from the favourites of the first, if words are correlated.
CORRELATED_SHARE = 0.65
FAVOURITES = 4
#: Spelling variants of young names, which enlarge the stock as parents do: (ending, new ending).
VARIANTS = (
    ("i", "y"), ("y", "i"), ("f", "v"), ("a", "ah"), ("ki", "qi"), ("an", "ann"),
    ("ri", "rie"), ("ni", "nie"), ("di", "dhi"), ("in", "ien"), ("is", "iz"), ("n", "nda"),
)  # fmt: skip
#: What a word is used for; the first four are sex (male, female) × age (old, young).
USES = (
    "male_old", "male_young", "female_old", "female_young", "second_male", "second_female",
    "marga", "muhammad",
)  # fmt: skip
SECOND, MARGA, FIRST_MUHAMMAD = 4, 6, 7
ISLAM = ("mandailing", "melayu", "minang")

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Stock:
    """All name words and, for each people and use, which words occur how often.

    Args:
        table: The parsed ``data/names.yaml``.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        self._places: dict[str, int] = {}
        #: people * 8 + use → word positions and their cumulative shares.
        self.uses: dict[int, tuple[Ints, NDArray[np.float64]]] = {}
        self.shares = np.array([table[p]["share"] for p in PEOPLES])
        self.single = np.array([table[p]["single"] for p in PEOPLES])
        self.three = np.array([table[p]["three"] for p in PEOPLES])
        self.has_marga = np.array(["marga" in table[p] for p in PEOPLES])
        for at, people in enumerate(PEOPLES):
            entry = table[people]
            for use in range(4):
                self._add(at, use, _with_tail(entry, people, use, table["parts"]))
            for use in (SECOND, SECOND + 1):
                self._add(at, use, (entry.get(USES[use]) or entry[USES[2 * use - 7]]).split())
            self._add(at, MARGA, entry.get("marga", "").split())
            self._add(at, FIRST_MUHAMMAD, table["muhammad"])
        self.words = pl.Series("word", list(self._places), dtype=pl.String)

    def _add(self, people: int, use: int, words: list[str]) -> None:
        ids = np.array([self._places.setdefault(w, len(self._places)) for w in words], np.int64)
        weights = (np.arange(len(ids)) + ZIPF_SHIFT) ** -ZIPF_POWER
        self.uses[people * 8 + use] = ids, np.cumsum(weights / weights.sum())

    def draw(
        self, rng: np.random.Generator, people: Ints, use: Ints, given: Ints | None = None
    ) -> Ints:
        """Draw one word per person.

        Args:
            rng: Random numbers.
            people: Position in ``PEOPLES`` per person.
            use: Position in ``USES`` per person.
            given: First words on which the draw depends, for correlated names.

        Returns:
            Word positions, same length as ``people``; −1 where a people has no word of this use.
        """
        n = len(people)
        chance, follows, choice = rng.random(n), rng.random(n), rng.integers(0, FAVOURITES, n)
        found = np.full(n, -1, dtype=np.int64)
        key = (people * 8 + use).astype(np.uint8)
        order = np.argsort(key, kind="stable")
        groups, starts = np.unique(key[order], return_index=True)
        for group, here in zip(groups, np.split(order, starts[1:]), strict=True):
            ids, shares = self.uses[int(group)]
            if not len(ids):
                continue
            at = np.minimum(np.searchsorted(shares, chance[here]), len(ids) - 1)
            if given is not None:
                favourite = given[here] * 2_654_435_761 + choice[here] * 40_503
                led = follows[here] < CORRELATED_SHARE
                at = np.where(led, favourite % min(len(ids), 60), at)
            found[here] = ids[at]
        return found

    def text(self, *columns: Ints) -> pl.Series:
        """Return full names from columns of word positions; −1 = no word."""
        frame = pl.DataFrame({f"w{i}": c for i, c in enumerate(columns)})
        words = [
            self.words.gather(
                frame.select(pl.when(pl.col(c) >= 0).then(pl.col(c)).cast(pl.UInt32)).to_series()
            ).alias(c)
            for c in frame.columns
        ]
        return pl.DataFrame(words).select(
            pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)
        ).to_series()  # fmt: skip


def _with_tail(entry: dict[str, Any], people: str, use: int, parts: dict[str, Any]) -> list[str]:
    """Return the words with a tail of rarer ones: variants of spelling, words put together."""
    words, (sex, age) = entry[USES[use]].split(), USES[use].split("_")
    tail: list[str] = []
    if age == "young":
        for old, new in VARIANTS:
            tail += [w.removesuffix(old) + new for w in words if w.endswith(old) and len(w) > 3]
    kind = "jawa" if people == "jawa" else "islam" if people in ISLAM else ""
    if kind and (age == "old" or kind == "islam"):
        made = parts[f"{kind}_{sex}"]
        firsts, lasts = made["first"].split(), made["last"].split()
        # A step that shares no factor mixes the beginnings, so that none is frequent as a whole.
        joined = [f + e for e in lasts for f in firsts]
        tail += [joined[i * 7919 % len(joined)] for i in range(len(joined))]
    return list(dict.fromkeys(words + tail))


@cache
def stock() -> Stock:
    """Return the stock of words, read once."""
    text = (files("cakup.synth") / "data" / "names.yaml").read_text(encoding="utf-8")
    return Stock(yaml.safe_load(text))


def full_names(
    rng: np.random.Generator, people: Ints, is_female: Bools, age: NDArray[np.float64],
    marga: Ints, *, correlated: bool,
) -> pl.Series:  # fmt: skip
    """Return one invented full name per person.

    Args:
        rng: Random numbers.
        people: Position in ``PEOPLES`` per person.
        is_female: Sex per person.
        age: Age in years; decides between old and young names.
        marga: Word position of the marga, −1 where there is none.
        correlated: Whether the second word depends on the first.
    """
    words, n = stock(), len(people)
    is_old = rng.random(n) < 1 / (1 + np.exp(-(age - 46) / 4))
    first_use = 2 * is_female + ~is_old
    first = words.draw(rng, people, first_use)
    given = first if correlated else None
    middle = words.draw(rng, people, first_use, given)
    last = words.draw(rng, people, SECOND + is_female.astype(np.int64), given)
    title = words.draw(rng, people, np.full(n, FIRST_MUHAMMAD))
    has_marga = marga >= 0
    chance = rng.random(n)
    single = (chance > 1 - words.single[people] * np.where(is_old, 1.35, 0.75)) & ~has_marga
    is_muhammad = np.isin(first, words.uses[FIRST_MUHAMMAD][0])
    titled = ~is_female & ~is_muhammad & (rng.random(n) < MUHAMMAD[people])
    three = (chance < words.three[people]) & ~single & (middle != first) & ~titled
    last = np.where(has_marga, marga, np.where(single | (last == first), -1, last))
    return words.text(np.where(titled, title, -1), first, np.where(three, middle, -1), last)
