"""Amounts in words, as official papers spell them after the figure."""

from __future__ import annotations

_UNITS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_SCALES = (
    (10**15, "kuadriliun"), (10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"),
    (10**3, "ribu"),
)  # fmt: skip
#: First number that has no words here.
LIMIT = 10**18


def terbilang(value: int) -> str:
    """Return a whole number in Indonesian words, e.g. ``seribu delapan ratus dua belas``.

    Args:
        value: Whole number, below 10^18 in size.

    Raises:
        ValueError: If the number is larger.

    Example:
        >>> terbilang(3_024_000_000)
        'tiga miliar dua puluh empat juta'
    """
    if abs(value) >= LIMIT:
        raise ValueError(f"{value} has no words here")
    if value < 0:
        return f"minus {terbilang(-value)}"
    return " ".join(_words(value)) or "nol"


def rupiah_words(value_rp: int) -> str:
    """Return an amount in words with its unit, the first letter large.

    Args:
        value_rp: Whole rupiah.

    Example:
        >>> rupiah_words(16_800)
        'Enam belas ribu delapan ratus rupiah'
    """
    said = f"{terbilang(value_rp)} rupiah"
    return said[0].upper() + said[1:]


def _words(value: int) -> list[str]:
    """Return the words of a number, none for 0."""
    for size, name in _SCALES:
        if value >= size:
            head, rest = divmod(value, size)
            said = ["seribu"] if head == 1 and size == 1_000 else [*_words(head), name]
            return [*said, *_words(rest)]
    return _below_thousand(value)


def _below_thousand(value: int) -> list[str]:
    """Return the words of a number below 1,000; *se-* stands for one hundred, ten, eleven."""
    if value >= 100:
        head, rest = divmod(value, 100)
        return [*(["seratus"] if head == 1 else [_UNITS[head], "ratus"]), *_below_thousand(rest)]
    if value >= 20:
        return [_UNITS[value // 10], "puluh", *_below_thousand(value % 10)]
    if value >= 12:
        return [_UNITS[value - 10], "belas"]
    if value >= 10:
        return ["sepuluh" if value == 10 else "sebelas"]
    return [_UNITS[value]] if value else []
