"""How figures, dates and money are written for people (``look.md`` section 5)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cakup.kernel.language import Lang
from cakup.kernel.language import count as count
from cakup.kernel.months import MONTHS_EN, MONTHS_ID, MONTHS_ID_SHORT


def decimal(value: float, digits: int = 1, lang: Lang = "id") -> str:
    """Return a number with ``digits`` decimals, halves up: ``1.234,5`` (id) or ``1,234.5`` (en)."""
    # Ten decimals take away what a binary float adds: 33.15 must not be 33.149999….
    exact = Decimal(f"{value:.10f}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{exact:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "id" else text


def percent(share: float, digits: int = 1, lang: Lang = "id") -> str:
    """Return a share 0–1 as a percentage without blank: ``32,8%``."""
    return decimal(share * 100, digits, lang) + "%"


def percent_range(low: float, high: float, digits: int = 1, lang: Lang = "id") -> str:
    """Return two shares 0–1 as a range of percentages: ``31,8–34,1%``."""
    return f"{decimal(low * 100, digits, lang)}–{percent(high, digits, lang)}"


def rupiah(value_rp: int, lang: Lang = "id") -> str:
    """Return whole rupiah as in tables: ``Rp1.767.427.200``."""
    sign = "−" if value_rp < 0 else ""
    return f"{sign}Rp{count(abs(value_rp), lang)}"


def day(value: date, lang: Lang = "id") -> str:
    """Return a day in words: ``31 Oktober 2025``."""
    names = MONTHS_EN if lang == "en" else MONTHS_ID
    return f"{value.day} {names[value.month - 1]} {value.year}"


def month(value: date, lang: Lang = "id") -> str:
    """Return a month in short words: ``Okt 2025``."""
    name = MONTHS_EN[value.month - 1][:3] if lang == "en" else MONTHS_ID_SHORT[value.month - 1]
    return f"{name} {value.year}"
