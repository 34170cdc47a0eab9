"""The order in which a person on foot visits addresses: lingkungan, RW, RT, street, number, name.

Numbers sort as numbers (``Gg. 9`` before ``Gg. 10``), Roman numerals of lingkungan too (``IX``
after ``VIII``). What is missing comes last.
"""

from __future__ import annotations

import re

import polars as pl

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN_WORD = re.compile(r"\b([IVXLC]+)\b")
_DIGITS = re.compile(r"[0-9]+")
_STREET_WORDS = r"\b(jalan|jln|jl|gang|gg|lorong|lrg|nomor|no|komplek|komp|perum|perumahan|blok)\b"
LAST = 1_000_000
PAD = 6


def roman(text: str) -> int | None:
    """Return the value of a Roman numeral up to 399, None if it is none.

    Args:
        text: Capital letters.
    """
    total = 0
    for here, following in zip(text, text[1:] + " ", strict=True):
        if here not in _ROMAN:
            return None
        value = _ROMAN[here]
        total += -value if _ROMAN.get(following, 0) > value else value
    return total or None


def ward_number(text: str | None) -> int:
    """Return the number in a lingkungan, RW or RT: ``Lingkungan IX`` → 9, ``RT 003`` → 3.

    Args:
        text: As written; digits win over Roman numerals.

    Returns:
        The number, or a large one where there is none.
    """
    if not text:
        return LAST
    digits = _DIGITS.search(text)
    if digits:
        return int(digits.group()[:PAD])
    found = _ROMAN_WORD.search(text.upper())
    return (roman(found.group(1)) if found else None) or LAST - 1


def visit_sorted(frame: pl.DataFrame) -> pl.DataFrame:
    """Return people in the order of a walk; ties are broken by name and person id.

    Args:
        frame: ``kode, lingkungan, rw, rt, alamat, nama, person_id`` and any other columns; rows
            without ``kode`` come last.
    """
    keys = {
        "_kode": pl.col("kode"),
        "_lingkungan": _numbered("lingkungan"),
        "_rw": _numbered("rw"),
        "_rt": _numbered("rt"),
        "_alamat": street_key(pl.col("alamat")),
        "_nama": pl.col("nama").str.to_lowercase(),
        "person_id": pl.col("person_id"),
    }
    kept = frame.with_columns(**keys)
    ordered = kept.sort([*keys], nulls_last=True, maintain_order=False)
    return ordered.drop([name for name in keys if name.startswith("_")])


def _numbered(column: str) -> pl.Expr:
    """Return the sort key of a numbered ward; each spelling is read once."""
    return pl.col(column).map_elements(ward_number, return_dtype=pl.Int64, skip_nulls=False)


def street_key(address: pl.Expr) -> pl.Expr:
    """Return the sort key of an address: small letters, no words such as *Jalan*, padded numbers.

    Args:
        address: Text column.
    """
    plain = address.str.to_lowercase().str.replace_all(_STREET_WORDS, " ")
    words = plain.str.replace_all(r"[^0-9a-z]+", " ").str.strip_chars()
    spaced = words.str.replace_all(r"([0-9]+)", f"{'0' * PAD}$1")
    key = spaced.str.replace_all(rf"0*([0-9]{{{PAD}}})", "$1")
    return pl.when(key == "").then(None).otherwise(key)
