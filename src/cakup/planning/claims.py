"""Expected deaths, accidents and benefits of covered people: always low, mid and high.

Deaths come from a named life table (straight lines between the ages recorded), accidents and the
average paid from dated parameters with their source; the death benefit from the law. Nothing here
is a forecast for one person.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cakup.kernel.parameters import Parameter, read_tree
from cakup.law.catalogue import Catalogue
from cakup.law.terms import Terms
from cakup.planning.january import FULL_JKM

HERE = Path(__file__).parent / "parameters"
TABLES = ("tmi4_2019", "tmpi_2023")
TABLE_WORDS = {"tmi4_2019": "TMI IV 2019", "tmpi_2023": "TMPI 2023"}
AGES = (20, 30, 40, 50, 60, 64)
LEVELS = ("low", "mid", "high")
Floats = NDArray[np.float64]


@cache
def risks() -> dict[str, Parameter]:
    """Return the parameters of risk by key, e.g. ``risiko.kematian.tmi4_2019.pria.u20``."""
    return read_tree(HERE)


def _value(key: str, day: date) -> float:
    return float(risks()[f"risiko.{key}"].at(day).value)  # type: ignore[arg-type]


def death_rates(table: str, ages: Floats, is_male: NDArray[np.bool_], day: date) -> Floats:
    """Return the probability of death within a year.

    Args:
        table: One of ``TABLES``.
        ages: Age in years, may be fractional; outside the table its ends hold.
        is_male: Whether each person is a man.
        day: Day for which the table is asked.
    """
    held = {
        sex: np.array([_value(f"kematian.{table}.{sex}.u{a}", day) for a in AGES]) / 100_000
        for sex in ("pria", "wanita")
    }
    points = np.array(AGES, dtype=np.float64)
    men, women = (np.interp(ages, points, held[sex]) for sex in ("pria", "wanita"))
    return np.where(is_male, men, women)


@dataclass(frozen=True)
class Expected:
    """Expected events and benefits of covered person-months.

    Args:
        person_months: Person-months covered, to the nearest whole one: parts of months add up.
        deaths: Low, mid, high.
        accidents: Low, mid, high.
        jkm_rp: Death benefits, whole rupiah, low, mid, high.
        jkk_rp: Accident benefits.
        households: Households kept above the poverty line, under stated assumptions only.
        tables: Life tables behind low and high.
        unconfirmed: Keys of parameters that are not sure.
    """

    person_months: int
    deaths: tuple[float, float, float]
    accidents: tuple[float, float, float]
    jkm_rp: tuple[int, int, int]
    jkk_rp: tuple[int, int, int]
    households: tuple[float, float, float]
    tables: tuple[str, str]
    unconfirmed: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values, each range as a list of three."""
        return {
            "person_months": self.person_months, "deaths": [round(d, 2) for d in self.deaths],
            "accidents": [round(a, 2) for a in self.accidents], "jkm_rp": list(self.jkm_rp),
            "jkk_rp": list(self.jkk_rp), "households": [round(h, 2) for h in self.households],
            "tables": list(self.tables), "unconfirmed": list(self.unconfirmed),
        }  # fmt: skip


def expected(
    ages: Floats, is_male: NDArray[np.bool_], months: Floats, full_months: Floats, day: date,
    catalogue: Catalogue,
) -> Expected:  # fmt: skip
    """Return what is to be expected of people covered for some months.

    Args:
        ages: Age in years on the first day of cover.
        is_male: Whether a man; unknown sex counts as the mean of both.
        months: Months covered; fractional where months were spread over persons.
        full_months: Of these, months with full death cover.
        day: Day of the law and of the parameters.
        catalogue: Parameters of the law.
    """
    t = Terms(day, catalogue)
    full = sum(int(t.rp(k)) for k in FULL_JKM)
    funeral = int(t.rp(FULL_JKM[-1]))
    ends = [death_rates(table, ages, is_male, day) for table in TABLES]
    rates = (np.minimum(*ends), (ends[0] + ends[1]) / 2, np.maximum(*ends))
    deaths = tuple(float((r * months).sum() / 12) for r in rates)
    jkm = tuple(
        int((r * (full_months * full + (months - full_months) * funeral)).sum() / 12 + 0.5)
        for r in rates
    )
    names = ("bpu_rendah", "bpu_tengah", "bpu_tinggi")
    hits = tuple(_value(f"kecelakaan.{n}", day) / 100_000 * float(months.sum()) / 12 for n in names)
    low, high = _value("kecelakaan.dibayar_rendah", day), _value("kecelakaan.dibayar_tinggi", day)
    paid = (low, (low + high) / 2, high)
    jkk = tuple(int(h * p + 0.5) for h, p in zip(hits, paid, strict=True))
    homes = tuple(d * _household(word, day) for d, word in
                  zip(deaths, ("rendah", "tengah", "tinggi"), strict=True))  # fmt: skip
    return Expected(
        math.floor(float(months.sum()) + 0.5), _three(deaths), _three(hits), _three(jkm),
        _three(jkk), _three(homes), (TABLE_WORDS[TABLES[0]], TABLE_WORDS[TABLES[1]]), unsure(day),
    )  # fmt: skip


def rates(
    day: date, catalogue: Catalogue, deaths: Sequence[float], months: int
) -> list[dict[str, Any]]:
    """Return the rates behind what is to be expected, each with its sources.

    Args:
        day: Day of the law and of the parameters.
        catalogue: Parameters of the law.
        deaths: Expected deaths, low, mid, high.
        months: Person-months in which they are expected.

    Returns:
        Rows of ``what, values, sources``; one value where there is no range.
    """
    t = Terms(day, catalogue)
    hits = [f"kecelakaan.{n}" for n in ("bpu_rendah", "bpu_tengah", "bpu_tinggi")]
    ends = ["kecelakaan.dibayar_rendah", "kecelakaan.dibayar_tinggi"]
    low, high = (_value(key, day) for key in ends)
    tables = [f"kematian.{table}.pria.u{AGES[0]}" for table in TABLES]
    told: list[tuple[str, list[float], list[str]]] = [
        ("deaths", [d / max(months, 1) * 12 * 100_000 for d in deaths], _titles(tables, day)),
        ("accidents", [_value(key, day) for key in hits], _titles(hits, day)),
        ("jkk_paid_rp", [low, (low + high) / 2, high], _titles(ends, day)),
        ("jkm_full_rp", [float(sum(int(t.rp(k)) for k in FULL_JKM))], _law_titles(t, FULL_JKM)),
        ("jkm_waiting_rp", [float(int(t.rp(FULL_JKM[-1])))], _law_titles(t, FULL_JKM[-1:])),
    ]
    return [{"what": what, "values": [round(v, 1) for v in values], "sources": sources}
            for what, values, sources in told]  # fmt: skip


def _law_titles(terms: Terms, keys: Sequence[str]) -> list[str]:
    """Return the titles of the sources of some values of the law, each once."""
    return list(dict.fromkeys(r.title for key in keys for r in terms.value(key).references))


def _titles(keys: Sequence[str], day: date) -> list[str]:
    """Return the titles of the sources of some parameters of risk, each once."""
    found = [r.title for key in keys for r in risks()[f"risiko.{key}"].at(day).references]
    return list(dict.fromkeys(found))


def _three(values: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    low, mid, high = values
    return low, mid, high


def _household(word: str, day: date) -> float:
    keys = ("pencari_nafkah", "jatuh_miskin", "klaim_dibayar")
    return float(np.prod([_value(f"rumah_tangga.{k}_{word}", day) for k in keys]))


def unsure(day: date) -> tuple[str, ...]:
    """Return the groups of parameters of risk that are not sure on a day."""
    keys = {k.rpartition(".")[0] for k, p in risks().items() if not p.at(day).is_sure}
    return tuple(sorted(keys))
