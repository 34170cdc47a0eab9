"""How the value of an input is read, from a case file, an option or a call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cakup.kernel.language import Text
from cakup.kernel.months import parse_day

GROUPED = re.compile(r"[+-]?[0-9]{1,3}([.,_ ][0-9]{3})+")
LEVELS = {
    "tk": "tk", "paud": "tk", "sd": "sd", "mi": "sd", "smp": "smp", "mts": "smp", "sma": "sma",
    "smk": "sma", "ma": "sma", "pt": "pt", "university": "pt", "kuliah": "pt",
    "perguruan_tinggi": "pt", "pelatihan": "pt",
}  # fmt: skip
ALL_LEVELS = ("tk", "sd", "smp", "sma", "pt")
TRUE, FALSE = ("true", "yes", "ya", "1"), ("false", "no", "tidak", "0")


def whole(value: Any, _: Mapping[str, Any]) -> int:
    """Return a whole number; ``10000000``, ``10.000.000``, ``Rp10,000,000``."""
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, int):
        return value
    text = str(value).strip().removeprefix("Rp").removeprefix("rp").strip()
    if GROUPED.fullmatch(text):
        text = re.sub(r"[.,_ ]", "", text)
    exact = Decimal(text)
    if exact != exact.to_integral_value():
        raise ValueError
    return int(exact)


def share(value: Any, _: Mapping[str, Any]) -> Decimal:
    """Return an exact share: ``0.0511``, ``0,0511`` or ``5.11%``."""
    if isinstance(value, float):
        value = repr(value)
    text = str(value).strip().replace(",", ".")
    return Decimal(text[:-1].strip()) / 100 if text.endswith("%") else Decimal(text)


def flag(value: Any, _: Mapping[str, Any]) -> bool:
    """Return a truth value."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in (*TRUE, *FALSE):
        raise ValueError
    return word in TRUE


def day(value: Any, _: Mapping[str, Any]) -> date:
    """Return a day; a month stands for its last day."""
    return value if isinstance(value, date) else parse_day(str(value).strip())


def choice(value: Any, meta: Mapping[str, Any]) -> str:
    """Return the word that a choice stands for."""
    chosen: str = meta["choices"][str(value).strip().lower().replace(" ", "_")]
    return chosen


def payer(value: Any, meta: Mapping[str, Any]) -> str:
    """Return the payer; of several joined by ``/`` or ``+`` a public one, else the first.

    All must be known. A contribution that APBN or APBD pays with others is kept out of discounts.
    """
    words = [w for w in re.split(r"[/+]", str(value).strip().lower().replace(" ", "_")) if w]
    found: list[str] = [meta["choices"][w] for w in words]
    return next((one for one in found if one in meta["first"]), found[0])


def text(value: Any, _: Mapping[str, Any]) -> str:
    """Return a text."""
    return str(value)


def event(value: Any, _: Mapping[str, Any]) -> str:
    """Return the name of an event as written, in small letters."""
    return str(value).strip().lower().replace(" ", "_").replace("-", "_")


def levels(value: Any, _: Mapping[str, Any]) -> tuple[str, ...]:
    """Return school levels: ``all``, a list, or words joined by commas."""
    if str(value).strip().lower() in ("all", "semua"):
        return ALL_LEVELS
    words = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(LEVELS[str(w).strip().lower()] for w in words)


def scholarship(value: Any, meta: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """Return levels with years: ``[{level: sd, years: 6}]``, ``{sd: 6}`` or ``sd:6,smp:3``."""
    pairs: list[Any]
    if isinstance(value, Mapping):
        pairs = list(value.items()) if "level" not in value else [(value["level"], value["years"])]
    elif isinstance(value, list | tuple):
        pairs = [(v["level"], v["years"]) if isinstance(v, Mapping) else v for v in value]
    else:
        pairs = [part.split(":") for part in str(value).split(",")]
    read = tuple((LEVELS[str(a).strip().lower()], whole(b, meta)) for a, b in pairs)
    if any(years < 0 for _, years in read):
        raise ValueError
    return read


READERS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "whole": whole, "share": share, "flag": flag, "day": day, "choice": choice, "payer": payer,
    "text": text, "event": event, "levels": levels, "scholarship": scholarship,
}  # fmt: skip
EXPECTED: dict[str, Text | str] = {
    "whole": Text("bilangan bulat", "a whole number"),
    "share": Text("bagian, mis. 0.0511", "a share, e.g. 0.0511"),
    "flag": "true, false",
    "day": Text("tanggal TTTT-BB-HH", "a day YYYY-MM-DD"),
    "levels": "all, tk, sd, smp, sma, pt",
    "scholarship": "sd:6,smp:3",
    "text": Text("teks", "a text"),
    "event": Text("nama peristiwa", "the name of an event"),
}
