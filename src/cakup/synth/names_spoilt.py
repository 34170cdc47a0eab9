"""How offices write names: titles, initials, old spelling, sound-alikes, lost words, slips."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import polars as pl

from cakup.synth.noise import Noise

MALE_BEFORE, FEMALE_BEFORE = (
    ("H.", "H.", "Drs.", "Ir.", "R.", "Ust.", "Bpk."),
    ("Hj.", "Hj.", "Dra.", "dr.", "Ibu"),
)
AFTER = ("S.E.", "S.Pd", "SH", "S.Kom", "A.Md", "S.Sos", "S.Ag", "(Alm)")
MUHAMMAD = ("Muhammad", "Muhamad", "Mohammad", "Mohamad")
MUHAMMAD_SHORT = ("Muh.", "M.", "Mhd.", "Moh.", "Md.", "Muhd.", "M")
FATHERS = (
    "Sulaiman Ahmad Karim Saleh Yusuf Usman Ismail Bakri Rahman Wahid Hasan Amat Kasim Daud".split()
)
#: Sound-alikes and old spelling, tried in random order until one fits.
SOUNDS = (
    ("u", "oe"), ("j", "dj"), ("c", "tj"), ("y", "j"), ("f", "v"), ("f", "p"), ("v", "f"),
    ("z", "s"), ("z", "j"), ("kh", "h"), ("sy", "s"), ("k", "q"), ("i", "ie"), ("dh", "d"),
    ("th", "t"), ("ah ", "a "), ("i ", "y "), ("a ", "ah "), ("nn", "n"), ("ks", "x"),
    ("ai", "ay"), ("ny", "nj"), ("w", "u"), ("l", "ll"), ("d", "dd"), ("ei", "e"), ("o", "u"),
)  # fmt: skip


def spoil(
    rng: np.random.Generator, names: pl.Series, sex: pl.Series | None, noise: Noise
) -> pl.Series:
    """Return names as written; a name may carry several faults.

    Args:
        rng: Random numbers.
        names: True names.
        sex: ``L`` or ``P`` per name; None where titles and bin do not occur.
        noise: Rates.
    """
    n = len(names)
    draw = random.Random(int(rng.integers(1 << 62)))
    steps: tuple[tuple[float, Callable[[random.Random, str], str]], ...] = (
        (noise.name_words, _words), (noise.name_spelling, _spelling), (noise.name_typo, _typo),
        (noise.name_short, _short),
    )  # fmt: skip
    for rate, change in steps:
        at = np.flatnonzero(rng.random(n) < rate)
        if len(at):
            written = [change(draw, w) for w in names.gather(at).to_list()]
            names = names.scatter(at, pl.Series(written, dtype=pl.String))
    if sex is None:
        return names
    for rate, add in ((noise.name_bin, _bin), (noise.name_title, _title)):
        at = np.flatnonzero(rng.random(n) < rate)
        if len(at):
            pairs = zip(names.gather(at).to_list(), sex.gather(at).to_list(), strict=True)
            written = [add(draw, w, s) for w, s in pairs]
            names = names.scatter(at, pl.Series(written, dtype=pl.String))
    return names


def _words(draw: random.Random, name: str) -> str:
    words = name.split()
    if len(words) == 1:
        return name
    kind = draw.random()
    if kind < 0.45 and len(words) > 2:
        del words[draw.randrange(1, len(words))]
    elif kind < 0.62:
        words.pop()
    elif kind < 0.82:
        at = draw.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    else:
        at = draw.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1].lower()]
    return " ".join(words)


def _spelling(draw: random.Random, name: str) -> str:
    text = name.lower() + " "
    for old, new in draw.sample(SOUNDS, len(SOUNDS)):
        at = text.find(old, 1)
        if at > 0:
            changed = text[:at] + new + text[at + len(old) :]
            return " ".join(w.capitalize() for w in changed.split())
    return name


def _typo(draw: random.Random, name: str) -> str:
    letters = [i for i in range(1, len(name)) if name[i].isalpha() and name[i - 1].isalpha()]
    if len(letters) < 3:
        return name
    at, kind = draw.choice(letters), draw.random()
    if kind < 0.35:
        return name[:at] + name[at + 1 :]
    if kind < 0.6:
        return name[:at] + name[at] + name[at:]
    if kind < 0.8 and at + 1 < len(name) and name[at + 1].isalpha():
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + draw.choice("aeiounrstkml") + name[at + 1 :]


def _short(draw: random.Random, name: str) -> str:
    words = name.split()
    if words[0] in MUHAMMAD and len(words) > 1:
        words[0] = draw.choice(MUHAMMAD_SHORT)
    elif words[0] == "Siti" and len(words) > 1:
        words[0] = draw.choice(("St.", "Sit.", "S."))
    elif words[0] == "Abdul" and len(words) > 1:
        words[0] = "Abd."
    elif len(words) > 1:
        at = draw.randrange(len(words)) if len(words) > 2 else 1
        words[at] = words[at][0] + "."
    return " ".join(words)


def _bin(draw: random.Random, name: str, sex: str | None) -> str:
    return f"{name} {'binti' if sex == 'P' else 'bin'} {draw.choice(FATHERS)}"


def _title(draw: random.Random, name: str, sex: str | None) -> str:
    if draw.random() < 0.3:
        return f"{name}, {draw.choice(AFTER)}"
    return f"{draw.choice(FEMALE_BEFORE if sex == 'P' else MALE_BEFORE)} {name}"
