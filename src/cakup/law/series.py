"""Series that the law derives: JP ceiling from GDP growth, JP bounds from inflation."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from cakup.kernel.columns import div_ceil, div_floor
from cakup.kernel.parameters import Value
from cakup.law.catalogue import Catalogue
from cakup.law.rules import rule
from cakup.law.terms import Terms

STEP_DOWN = "jp.iuran.batas_upah_pembulatan"
STEP_UP = "jp.manfaat.pembulatan"


@dataclass(frozen=True)
class YearCheck:
    """One yearly value, recomputed and published.

    Args:
        key: Parameter.
        year: Year.
        recomputed_rp: What the rule gives from the value before.
        recorded_rp: What is recorded.
        status: Status of the recorded value.
    """

    key: str
    year: int
    recomputed_rp: int
    recorded_rp: int
    status: str

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return self.recomputed_rp == self.recorded_rp


@rule(
    "jp_ceiling", STEP_DOWN, programme="jp",
    id="Batas upah JP {result} = {sebelumnya_rp} × (1 + pertumbuhan PDB {pertumbuhan})",
    en="JP ceiling {result} = {sebelumnya_rp} × (1 + GDP growth {pertumbuhan})",
)  # fmt: skip
def batas_upah_berikut(sebelumnya_rp: int, *, pertumbuhan: Decimal, t: Terms) -> int:
    """Next yearly JP ceiling: the one before × (1 + GDP growth), rounded down to a step.

    Args:
        sebelumnya_rp: Ceiling before, whole rupiah per month.
        pertumbuhan: GDP growth of the calendar year before, e.g. ``Decimal("0.0511")``.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 45/2015 Pasal 29(3); the rounding is observed, not written.
    """
    step = t.rp(STEP_DOWN)
    return int(_grown(sebelumnya_rp, pertumbuhan, step, up=False))


@rule(
    "jp_bound", STEP_UP, programme="jp",
    id="Batas manfaat pensiun {result} = {sebelumnya_rp} × (1 + inflasi {inflasi})",
    en="Bound of the pension {result} = {sebelumnya_rp} × (1 + inflation {inflasi})",
)  # fmt: skip
def batas_manfaat_berikut(sebelumnya_rp: int, *, inflasi: Decimal, t: Terms) -> int:
    """Next yearly least or highest pension: the one before × (1 + inflation), rounded up.

    Args:
        sebelumnya_rp: Bound before, whole rupiah per month.
        inflasi: General inflation of the calendar year before, e.g. ``Decimal("0.0292")``.
        t: The law in force.

    Returns:
        Whole rupiah per month.

    Law: PP 45/2015 Pasal 18(3); the rounding is observed, not written.
    """
    step = t.rp(STEP_UP)
    return int(_grown(sebelumnya_rp, inflasi, step, up=True))


def _grown(amount_rp: int, share: Decimal, step_rp: int, *, up: bool) -> int:
    """Return amount × (1 + share) rounded to a step, exactly."""
    exact = amount_rp * (1 + Fraction(share)) / step_rp
    steps = (div_ceil if up else div_floor)(exact.numerator, exact.denominator)
    return int(steps) * step_rp


def nilai_tahun(catalogue: Catalogue, key: str, year: int) -> Value | None:
    """Return the value of a yearly series that was set for a year, None if there is none.

    Args:
        catalogue: Parameters.
        key: Key of the series.
        year: Calendar year.
    """
    found = [v for v in catalogue[key].values if v.since.year == year]
    return found[-1] if found else None


def check_series(catalogue: Catalogue) -> tuple[YearCheck, ...]:
    """Recompute every yearly value of the JP ceiling and bounds and set it beside the recorded.

    Args:
        catalogue: Parameters.
    """
    chains = (
        ("jp.iuran.batas_upah", "jp.iuran.batas_upah_pdb"),
        ("jp.manfaat.min", "jp.inflasi"),
        ("jp.manfaat.max", "jp.inflasi"),
    )
    made: list[YearCheck] = []
    for key, growth in chains:
        values = catalogue[key].values
        for before, now in itertools.pairwise(values):
            year = now.since.year
            share = nilai_tahun(catalogue, growth, year)
            if share is None:
                continue
            terms = Terms(date(year, 1, 1), catalogue, allow_unconfirmed=True)
            old, growth_share = int(str(before.value)), Decimal(str(share.value))
            again = (
                batas_upah_berikut(old, pertumbuhan=growth_share, t=terms)
                if growth == "jp.iuran.batas_upah_pdb"
                else batas_manfaat_berikut(old, inflasi=growth_share, t=terms)
            )
            made.append(YearCheck(key, year, again, int(str(now.value)), now.status))
    return tuple(made)
