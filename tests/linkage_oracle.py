"""Linkage once more in plain Python, one pair at a time, to hold the fast one against.

It shares the cleaned columns (normal names, words, dates) with ``cakup.linkage`` and nothing else:
levels come from dictionaries and loops, similarities from RapidFuzz, evidence from sums.
"""

from __future__ import annotations

import math
from typing import Any

from rapidfuzz.distance import JaroWinkler, Levenshtein

Row = dict[str, Any]
WORDS = 5


def nik_level(a: Row, b: Row) -> str:
    """Return the level of two NIKs, damaged or whole."""
    x, y = a["nik"], b["nik"]
    if x and y:
        return _whole(x, y)
    if not (x or a["np"]) or not (y or b["np"]):
        return "missing"
    if not x and not y:
        if a["np"] == b["np"]:
            return "part_equal"
        return "missing" if a["np"][:12] == b["np"][:12] else "part_other"
    whole, part = x or y, (b if x else a)["np"]
    leading = len(part) <= 15 and whole.startswith(part)
    return "part_equal" if leading or Levenshtein.distance(whole, part) <= 1 else "part_other"


def _whole(x: str, y: str) -> str:
    apart = sum(p != q for p, q in zip(x, y, strict=True))
    if not apart:
        return "equal"
    if x[:12] == y[:12]:
        swapped = apart == 2 and (int(x[12:]) - int(y[12:])) % 9 == 0
        return "serial_near" if apart == 1 or swapped else "serial_other"
    if x[6:12] == y[6:12]:
        return "near_place" if apart <= 2 else "same_day"
    return "near_day" if apart <= 2 else "other"


def date_level(a: Row, b: Row) -> str:
    """Return the level of two birth dates; between whole NIKs only stated ones count."""
    stated = bool(a["nik"] and b["nik"])
    x, y = (a["d0"], b["d0"]) if stated else (a["d1"], b["d1"])
    if not x or not y:
        return "missing"
    if x == y:
        return "equal"
    if not stated:
        others = [(a["d2"], y), (x, b["d2"]), (a["d2"], b["d2"])]
        if any(p and p == q for p, q in others):
            return "equal"
    (y1, m1, d1), (y2, m2, d2) = _ymd(x), _ymd(y)
    if y1 == y2 and ((m1, d1) == (1, 1) or (m2, d2) == (1, 1)):
        return "new_year"
    same = (y1 == y2) + (m1 == m2) + (d1 == d2)
    return "near" if same == 2 or a["ds"] == y else "other"


def _ymd(day: int) -> tuple[int, int, int]:
    return day // 10_000, day // 100 % 100, day % 100


def words(row: Row, prefix: str) -> list[int]:
    """Return the words of a name, 0 where there is none."""
    return [row[f"{prefix}w{k + 1}"] for k in range(WORDS)]


def shared(a: Row, b: Row, prefix: str) -> list[int]:
    """Return the places of words of the first name that the second has."""
    theirs = set(words(b, prefix)) - {0}
    return [k + 1 for k, w in enumerate(words(a, prefix)) if w in theirs]


def name_level(a: Row, b: Row) -> str:
    """Return the level of two names."""
    if a["nm"] is None or b["nm"] is None:
        return "missing"
    if a["nplain"] == b["nplain"]:
        return "equal"
    if a["nsound"] == b["nsound"] or a["njoined"] == b["njoined"]:
        return "sound"
    alike, both = JaroWinkler.similarity(a["nm"], b["nm"]), len(shared(a, b, "n"))
    if both:
        if both >= min(a["ncount"], b["ncount"]):
            return "shortened"
        return "word_typo" if alike >= 0.92 else "word_alike" if alike >= 0.80 else "word"
    return "typo" if alike >= 0.92 else "alike" if alike >= 0.85 else "other"


def name_bits(a: Row, b: Row) -> float:
    """Return the rarity of what two names share, in parts of a bit."""
    level, places = name_level(a, b), shared(a, b, "n")
    rare = sum(a[f"nb{k}"] for k in places)
    if level in ("missing", "other", "alike", "typo"):
        return 0
    if level in ("equal", "sound"):
        return min(a["nbits"], b["nbits"])
    if len(places) >= a["ncount"]:
        return min(a["nbits"], rare)
    if len(places) >= b["ncount"]:
        return min(b["nbits"], rare)
    return max(0, rare - min(a["ncorr"], b["ncorr"])) if len(places) > 1 else rare


def mother_level(a: Row, b: Row) -> str:
    """Return the level of two mothers' names."""
    if a["mm"] is None or b["mm"] is None:
        return "missing"
    if a["msound"] == b["msound"] or a["mjoined"] == b["mjoined"]:
        return "sound"
    alike, both = JaroWinkler.similarity(a["mm"], b["mm"]), len(shared(a, b, "m"))
    if alike >= 0.92 or (both and both >= min(a["mcount"], b["mcount"])):
        return "typo"
    return "alike" if alike >= 0.85 or both else "other"


def sex_level(a: Row, b: Row) -> str:
    """Return the level of two sexes."""
    if not a["sex"] or not b["sex"] or (a["nik"] and b["nik"] and a["nik"][6:12] == b["nik"][6:12]):
        return "missing"
    return "equal" if a["sex"] == b["sex"] else "other"


def text_level(a: Row, b: Row, short: str) -> str:
    """Return the level of two written values."""
    x, y = a[f"{short}_t"], b[f"{short}_t"]
    if x is None or y is None:
        return "missing"
    if x == y:
        return "equal"
    alike = JaroWinkler.similarity(x, y)
    return "near" if alike >= 0.92 else "alike" if alike >= 0.80 else "other"


def levels(a: Row, b: Row, names: list[tuple[str, str]]) -> list[str]:
    """Return the levels of fields given by name and short name."""
    found = []
    for name, short in names:
        if name == "nik_date":
            found.append(f"{nik_level(a, b)}/{date_level(a, b)}")
        elif name == "nama":
            found.append(name_level(a, b))
        elif name == "nama_ibu":
            found.append(mother_level(a, b))
        elif name == "jenis_kelamin":
            found.append(sex_level(a, b))
        else:
            found.append(text_level(a, b, short))
    return found


def bits(a: Row, b: Row, name: str, short: str, level: str) -> float:
    """Return the rarity in parts of a bit of what two rows share of a field."""
    if name == "nik_date":
        return a["dbits"] if level.endswith("/equal") else 0
    if name == "nama":
        return name_bits(a, b)
    if name == "nama_ibu":
        return min(a["mbits"], b["mbits"]) if level == "sound" else 0
    if name == "jenis_kelamin":
        return 0
    return a[f"{short}_bits"] if level == "equal" else 0


def of_lists(a: Row, b: Row, parameters: Any) -> float:
    """Return what the lists of two rows add to their evidence."""
    if parameters.lists is None:
        return 0.0
    total, tables = 0.0, iter(zip(parameters.lists.halves, parameters.lists.pooled, strict=True))
    for field in parameters.fields:
        no = field.levels.index(levels(a, b, [(field.name, field.short)])[0])
        for level in divmod(no, 5) if field.name == "nik_date" else (no,):
            half, pooled = next(tables)
            if level:
                both = half[a["source"]][level] + half[b["source"]][level]
                told = math.log2(max(both, 1e-5) / max(pooled[level], 1e-5))
                total += max(-4.0, min(4.0, told))
    return total


def evidence(a: Row, b: Row, parameters: Any) -> float:
    """Return the evidence of two rows in bits, households weighed in, lists not."""
    names = [(f.name, f.short) for f in parameters.fields]
    total = household = 0.0
    for at, (name, short) in enumerate(names):
        field = parameters.fields[at]
        level = levels(a, b, [(name, short)])[0]
        no = field.levels.index(level)
        rare = bits(a, b, name, short, level) / 4
        total += _clipped(_log(parameters.m[at][no], parameters.value_u[at][no], no) + rare)
        if parameters.s is not None:
            kin = _log(parameters.s[at][no], parameters.value_u[at][no], no) + rare
            if name == "nama" and level in ("equal", "sound"):
                kin = rare - min(a["nkin"], b["nkin"]) / 4
            household += _clipped(kin)
    if parameters.s is None or parameters.household <= 0:
        return total
    return total - math.log2(1 + parameters.household * 2**household)


def _log(top: float, bottom: float, level: int) -> float:
    return math.log2(max(top, 1e-9) / max(bottom, 1e-9)) if level else 0.0


def _clipped(value: float) -> float:
    return max(-40.0, min(40.0, value))
