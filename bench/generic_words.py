"""Invented words, and the ways in which people, keyboards and scanners spoil them.

Names, streets and towns are put together from syllables; how often each is drawn falls as in real
lists (Zipf), so that a few are borne by thousands and most by a handful.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from itertools import accumulate
from random import Random

ONSETS = (
    "b", "br", "c", "ch", "cl", "d", "dr", "f", "fr", "g", "gr", "h", "j", "k", "kr", "l", "m",
    "n", "p", "ph", "pr", "r", "s", "sh", "sl", "st", "t", "th", "tr", "v", "w", "y", "z", "",
)  # fmt: skip
VOWELS = ("a", "e", "i", "o", "u", "a", "e", "i", "o", "ae", "ai", "ea", "ie", "ou", "oo")
CODAS = ("", "", "", "n", "r", "l", "s", "t", "ck", "nd", "ns", "rt", "tt", "ll", "m", "x")
KEYS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok",
    "o": "ipl", "p": "ol", "a": "qsz", "s": "awdz", "d": "sefx", "f": "drgc", "g": "fthv",
    "h": "gyjb", "j": "hukn", "k": "jilm", "l": "kop", "z": "asx", "x": "zsdc", "c": "xdfv",
    "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip
SCANNED = (
    ("m", "rn"), ("w", "vv"), ("l", "1"), ("o", "0"), ("d", "cl"), ("h", "li"), ("s", "5"),
    ("b", "6"), ("g", "9"), ("u", "ii"), ("i", "l"), ("e", "c"), ("n", "ri"), ("5", "s"),
    ("0", "o"), ("1", "l"), ("8", "b"),
)  # fmt: skip
HEARD = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("c", "k"), ("k", "c"), ("ie", "y"), ("y", "i"),
    ("ea", "ee"), ("ou", "oo"), ("ai", "ay"), ("ae", "e"), ("tt", "t"), ("ll", "l"), ("s", "z"),
    ("z", "s"), ("x", "ks"), ("th", "t"), ("sh", "sch"), ("oo", "u"), ("n", "nn"), ("t", "tt"),
    ("r", "rr"), ("v", "w"), ("j", "g"), ("e", "a"), ("o", "u"),
)  # fmt: skip


class Drawn:
    """Words of which some are drawn far more often than others.

    Args:
        chance: Source of chance.
        words: The words, the most frequent first.
        slope: How fast frequencies fall with the rank; 0 = all alike.
    """

    def __init__(self, chance: Random, words: Sequence[str], slope: float = 0.9) -> None:
        self.chance, self.words = chance, list(words)
        weights = [1.0 / (rank + 3.0) ** slope for rank in range(len(self.words))]
        self.upto = list(accumulate(weights))

    def one(self) -> str:
        """Return one word."""
        return self.chance.choices(self.words, cum_weights=self.upto)[0]


def invented(chance: Random, n: int, syllables: Sequence[int], ends: Sequence[str]) -> list[str]:
    """Return different invented words.

    Args:
        chance: Source of chance.
        n: How many.
        syllables: Numbers of syllables to choose from.
        ends: What stands behind the last syllable, one of them.
    """
    found: dict[str, None] = {}
    while len(found) < n:
        parts = [
            chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(CODAS)
            for _ in range(chance.choice(syllables))
        ]
        word = "".join(parts) + chance.choice(ends)
        if len(word) > 2:
            found[word] = None
    return list(found)


def slip(chance: Random, text: str) -> str:
    """Return a text with one slip of the keyboard: a letter changed, lost, doubled or swapped."""
    if len(text) < 2:
        return text
    at, kind = chance.randrange(len(text)), chance.randrange(5)
    if kind == 0 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    near = _near(chance, text[at])
    return text[:at] + near + text[at + (0 if kind == 2 else 1) :]


def _near(chance: Random, letter: str) -> str:
    if letter.isdigit():
        return chance.choice(string.digits)
    return chance.choice(KEYS.get(letter.lower(), string.ascii_lowercase))


def scanned(chance: Random, text: str) -> str:
    """Return a text as a scanner misread it."""
    return _replaced(chance, text, SCANNED)


def heard(chance: Random, text: str) -> str:
    """Return a text as somebody wrote it down who only heard it."""
    return _replaced(chance, text, HEARD)


def _replaced(chance: Random, text: str, table: Sequence[tuple[str, str]]) -> str:
    """Replace one thing that occurs; a slip where nothing does."""
    there = [(old, new) for old, new in table if old in text]
    if not there:
        return slip(chance, text)
    old, new = chance.choice(there)
    places = [i for i in range(len(text)) if text.startswith(old, i)]
    at = chance.choice(places)
    return text[:at] + new + text[at + len(old) :]


def spoilt(chance: Random, text: str) -> str:
    """Return a text with one or two mistakes of any kind."""
    for _ in range(2 if chance.random() < 0.25 else 1):
        text = chance.choice((slip, slip, heard, scanned))(chance, text)
    return text.strip()


def fewer_words(chance: Random, text: str) -> str:
    """Return a text with one word left out, cut to its first letter, or glued to the next."""
    words = text.split()
    if len(words) < 2:
        return spoilt(chance, text)
    at, kind = chance.randrange(len(words)), chance.randrange(4)
    if kind == 0:
        return " ".join(words[:at] + words[at + 1 :])
    if kind == 1:
        return " ".join([*words[:at], words[at][:1], *words[at + 1 :]])
    if kind == 2 and at:
        return " ".join([*words[: at - 1], words[at - 1] + words[at], *words[at + 1 :]])
    return " ".join(words[1:] + words[:1])


def digits(chance: Random, n: int) -> str:
    """Return a number of n digits, the first not 0."""
    return str(chance.randrange(10 ** (n - 1), 10**n))
