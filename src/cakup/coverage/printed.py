"""Numbers as they are printed, and the interval each of them stands for.

"sekitar 89.300" is not 89,300: it is any count that a writer would round to it. The rules
(``docs/how-to/memeriksa-angka.md``):

* counts: ``.`` and ``,`` before three digits separate thousands; without a marker a count is exact;
* *sekitar*, ``±``, ``~`` or rb/ribu/jt/juta/miliar: half the unit of the last non-zero digit up
  and down, the upper end left out (89.250–89.349);
* *lebih dari* and *hampir*: one such unit above or below, both ends kept;
* percentages: ``,`` is the decimal mark, ``.`` too unless three digits follow; half the last
  printed digit up and down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from cakup.kernel.errors import UsageError

Marker = Literal["exact", "about", "above", "below"]
MAX_TEXT = 60
MAX_COUNT = 10**15
MAX_PERCENT = 10**6
MAX_DECIMALS = 9

_MARKERS: tuple[tuple[Marker, str], ...] = (
    (
        "about",
        r"±|~|≈|\+/-|sekitar|sekira|kira[- ]kira|kurang lebih|lebih kurang|"
        r"about|around|approximately|approx\.?|roughly|circa|ca\.",
    ),
    ("above", r">|lebih dari|di atas|more than|over"),
    ("below", r"hampir|mendekati|nearly|almost"),
)
_SCALES = (
    (3, r"rb|ribu|k|thousand"),
    (6, r"jt|juta|mn|million"),
    (9, r"M|miliar|milyar|bn|billion"),
)
_NOUN = r"(?:orang|jiwa|pekerja|peserta|tenaga kerja|tk|workers|people|persons)\.?"
_GROUPED = r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+|[0-9]+"
_COUNT = re.compile(rf"(?P<whole>{_GROUPED})(?:[.,](?P<part>[0-9]+))?")
_PERCENT = re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]+)(?:[.,](?P<part>[0-9]+))?")
_PERCENT_SIGN = re.compile(r"\s*(?:%|persen|percent|pct)\.?$", re.IGNORECASE)


@dataclass(frozen=True)
class Printed:
    """One printed figure as an interval.

    Args:
        text: As it was given.
        low: Smallest number it may stand for; percent stay percent (33, not 0.33).
        high: Largest number it may stand for.
        point: The number as printed.
        unit: Unit of the last printed digit (percent) or of the last non-zero digit (counts).
        is_rounded: Whether it is a percentage that may have been cut off instead of rounded.
    """

    text: str
    low: Fraction
    high: Fraction
    point: Fraction
    unit: Fraction
    is_rounded: bool = False


def read_count(text: str, name: str) -> Printed:
    """Read a count such as ``132,826``, ``sekitar 89.300`` or ``1,5 juta``.

    Args:
        text: As printed.
        name: Option it was given with, for the error.

    Raises:
        UsageError: ``figure.unreadable_count``, ``figure.too_large``.
    """
    marker, rest = _marker(_clean(text, name))
    rest, power = _scale(re.sub(rf"\s*{_NOUN}$", "", rest, flags=re.IGNORECASE))
    match = _COUNT.fullmatch(_join_groups(rest))
    # "1234.567" could be thousands written carelessly or a decimal: neither is assumed.
    if match is None or (len(match["part"] or "") == 3 and match["whole"] != "0"):
        raise UsageError("figure.unreadable_count", option=name)
    point = _decimal(match, r"[.,]") * 10**power
    if point.denominator != 1:
        raise UsageError("figure.unreadable_count", option=name)
    if point > MAX_COUNT:
        raise UsageError("figure.too_large", option=name)
    unit = _last_nonzero_unit(int(point))
    if marker == "exact" and power:
        marker = "about"
    return Printed(text.strip(), *_band(marker, point, unit), point, unit)


def read_percent(text: str, name: str) -> Printed:
    """Read a percentage such as ``33 %``, ``32,77`` or ``hampir 40 persen``.

    Args:
        text: As printed.
        name: Option it was given with, for the error.

    Raises:
        UsageError: ``figure.unreadable_percent``; ``figure.ambiguous_percent`` for ``33.333``,
            which is thousands by the rule and can hardly be meant; ``figure.too_large``.
    """
    marker, rest = _marker(_PERCENT_SIGN.sub("", _clean(text, name)))
    match = _PERCENT.fullmatch(rest)
    if match is None or len(match["part"] or "") > MAX_DECIMALS:
        raise UsageError("figure.unreadable_percent", option=name)
    if "." in match["whole"] and not match["part"]:
        raise UsageError("figure.ambiguous_percent", option=name)
    point = _decimal(match, r"\.")
    if point > MAX_PERCENT:
        raise UsageError("figure.too_large", option=name)
    unit = Fraction(1, 10 ** len(match["part"] or ""))
    if marker in ("above", "below"):
        return Printed(text.strip(), *_band(marker, point, unit), point, unit)
    half = unit / 2
    return Printed(text.strip(), max(point - half, Fraction(0)), point + half, point, unit, True)


def _clean(text: str, name: str) -> str:
    """Return the text with plain blanks, refused if longer than any printed figure."""
    if len(text) > MAX_TEXT:
        raise UsageError("figure.too_large", option=name)
    return re.sub(r"\s+", " ", text).strip()


def _marker(text: str) -> tuple[Marker, str]:
    """Split the word that says how exact the figure is from the figure."""
    for marker, words in _MARKERS:
        match = re.match(rf"(?:{words})\s*(?=[0-9])", text, re.IGNORECASE)
        if match:
            return marker, text[match.end() :]
    return "exact", text


def _scale(text: str) -> tuple[str, int]:
    """Split ribu, juta, miliar from the figure and return the power of ten."""
    for power, words in _SCALES:
        # A bare capital M is miliar; a small m is nothing (million elsewhere), so it is refused.
        match = re.search(rf"(?<=[0-9])\s*(?:{words})$", text, re.IGNORECASE)
        if match and match.group().strip() != "m":
            return text[: match.start()], power
    return text, 0


def _join_groups(text: str) -> str:
    """Read blanks between groups of three digits as thousands."""
    if re.fullmatch(r"[0-9]{1,3}(?: [0-9]{3})+", text):
        return text.replace(" ", "")
    return text


def _decimal(match: re.Match[str], separators: str) -> Fraction:
    """Return the exact value of digits with their decimal part."""
    whole, part = re.sub(separators, "", match["whole"]), match["part"] or ""
    return Fraction(int(whole + part), 10 ** len(part))


def _last_nonzero_unit(value: int) -> Fraction:
    """Return the power of ten of the last non-zero digit; 0 has the unit 1."""
    unit = 1
    while value and value % (unit * 10) == 0:
        unit *= 10
    return Fraction(unit)


def _band(marker: Marker, point: Fraction, unit: Fraction) -> tuple[Fraction, Fraction]:
    """Return the interval that a marker opens around a count or percentage."""
    if marker == "about":
        low, high = ceil(point - unit / 2), floor(point + unit / 2)
        return Fraction(max(low, 0)), Fraction(high if unit == 1 else high - 1)
    if marker == "above":
        return point, point + unit
    if marker == "below":
        return max(point - unit, Fraction(0)), point
    return point, point
