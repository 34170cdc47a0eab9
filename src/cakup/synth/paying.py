"""Who pays for an own-account worker, and in which months: budgets, late decrees, lapses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cakup.synth.spec import EPOCH, MONTHS, Spec

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: A participant stays active for three unpaid months and is non-active from the fourth.
GRACE_MONTHS = 3
#: How often a history is drawn again before it is set by force.
ROUNDS = 8


@dataclass(frozen=True)
class Payer:
    """One source of contributions.

    Args:
        payer: Name from the closed list of payers.
        share: How many own-account participants it pays for.
        first: First months of payment in a year (1–12) and how often each.
        last: Last months of payment and how often each.
        renewed: Share who are on the next year's decree again.
    """

    payer: str
    share: float
    first: dict[int, float]
    last: dict[int, float]
    renewed: float = 0.75


#: Budget payers follow the year: the decree (SK) is late, the money ends in September unless the
#: changed budget (APBD-P) carries it on. Paid to September = lapsed in January: the saw-tooth.
PAYERS = (
    Payer("mandiri", 0.30, {}, {}),
    Payer("apbd_kabkota", 0.33, {2: 0.25, 3: 0.45, 5: 0.30}, {9: 0.60, 12: 0.40}),
    Payer("apbd_provinsi", 0.12, {4: 0.7, 6: 0.3}, {12: 1.0}),
    Payer("dbh_sawit", 0.05, {6: 0.5, 7: 0.5}, {12: 1.0}, 0.6),
    Payer("dbh_cht", 0.03, {7: 1.0}, {12: 1.0}, 0.6),
    Payer("csr", 0.07, {}, {}),
    Payer("baznas", 0.04, {1: 0.6, 4: 0.4}, {6: 0.3, 12: 0.7}),
    Payer("sertakan", 0.06, {}, {}),
)
PAYER_NAMES = [p.payer for p in PAYERS]
MANDIRI, CITY, PROVINCE, CSR, SERTAKAN = (
    PAYER_NAMES.index(n) for n in ("mandiri", "apbd_kabkota", "apbd_provinsi", "csr", "sertakan")
)


def _drawn(rng: np.random.Generator, shares: dict[int, float], n: int) -> Ints:
    values = np.array(list(shares), dtype=np.int64)
    weights = np.array(list(shares.values()))
    return rng.choice(values, n, p=weights / weights.sum())


def _budget(rng: np.random.Generator, spec: Spec, payer: Payer, n: int) -> Bools:
    """Return paid months under yearly decrees."""
    months = np.array([m.month for m in spec.months])
    years = np.array([m.year for m in spec.months])
    paid = np.zeros((n, MONTHS), dtype=np.bool_)
    named = rng.random(n) < payer.renewed
    for year in np.unique(years):
        first, last = _drawn(rng, payer.first, n), _drawn(rng, payer.last, n)
        inside = (months >= first[:, None]) & (months <= last[:, None]) & (years == year)
        paid |= inside & named[:, None]
        named = np.where(named, rng.random(n) < payer.renewed, rng.random(n) < 0.45)
    return paid


def _own(rng: np.random.Generator, n: int) -> Bools:
    """Return paid months of people who pay themselves: runs with gaps, months bought in bulk."""
    step = rng.choice([1, 3, 6], n, p=[0.6, 0.25, 0.15])
    start = rng.integers(-14, MONTHS - 1, n)
    chance = rng.random((n, MONTHS))
    month = np.arange(MONTHS)
    block = np.maximum(month[None, :] - start[:, None], 0) // step[:, None]
    keeps = np.take_along_axis(chance, np.minimum(block, MONTHS - 1), axis=1) < 0.86
    stop = start + rng.geometric(0.045, n)
    return keeps & (month >= start[:, None]) & (month < stop[:, None])


def _block(rng: np.random.Generator, n: int, least: int, most: int) -> Bools:
    """Return one run of months anywhere: sponsors pay for a while."""
    length = rng.integers(least, most + 1, n)
    start = rng.integers(-2, MONTHS - 1, n)
    month = np.arange(MONTHS)
    return (month >= start[:, None]) & (month < (start + length)[:, None])


def _drawn_months(rng: np.random.Generator, spec: Spec, payer: Ints) -> Bools:
    """Return which of the 24 months are paid, participants × months."""
    paid = np.zeros((len(payer), MONTHS), dtype=np.bool_)
    for at, who in enumerate(PAYERS):
        here = np.flatnonzero(payer == at)
        if at == MANDIRI:
            paid[here] = _own(rng, len(here))
        elif at in (CSR, SERTAKAN):
            paid[here] = _block(rng, len(here), 3, 6 if at == CSR else 12)
        else:
            paid[here] = _budget(rng, spec, who, len(here))
    return paid


def paid_months(rng: np.random.Generator, spec: Spec, payer: Ints, active: Bools) -> Bools:
    """Return paid months so that exactly ``active`` are active in the last month.

    Histories are drawn again until they end as they must, so that the active ones have ordinary
    histories and the others lapse at ordinary times; the few left over are set by force.

    Args:
        rng: Random numbers.
        spec: The city.
        payer: Position in ``PAYERS`` per participant.
        active: Who must be active; all others must not be, but have paid at least one month.

    Returns:
        Participants × months.
    """
    paid = np.zeros((len(payer), MONTHS), dtype=np.bool_)
    open_rows = np.arange(len(payer))
    for _ in range(ROUNDS):
        paid[open_rows] = _drawn_months(rng, spec, payer[open_rows])
        open_rows = open_rows[~_fits(paid[open_rows], active[open_rows])]
    month = np.arange(MONTHS)
    end = np.where(
        active[open_rows],
        rng.integers(MONTHS - 1 - GRACE_MONTHS, MONTHS, len(open_rows)),
        rng.integers(0, MONTHS - 1 - GRACE_MONTHS, len(open_rows)),
    )
    start = end - rng.integers(0, 7, len(open_rows))
    paid[open_rows] = (month >= start[:, None]) & (month <= end[:, None])
    return paid


def _fits(paid: Bools, active: Bools) -> Bools:
    """Return which histories end as they must."""
    recent = paid[:, MONTHS - 1 - GRACE_MONTHS :].any(axis=1)
    fits: Bools = (recent == active) & paid.any(axis=1)
    return fits


def active_months(paid: Bools) -> Bools:
    """Return in which months a participant is active: a month paid, or among the three after it."""
    active = paid.copy()
    for back in range(1, GRACE_MONTHS + 1):
        active[:, back:] |= paid[:, :-back]
    return active


def payment_days(rng: np.random.Generator, spec: Spec, payer: Ints, paid: Bools) -> Ints:
    """Return when each month was paid, days since 1970; only entries of paid months mean anything.

    People pay on any day of the month, every other payer on one day per month for all. Nothing
    is paid after the city's date.
    """
    first = np.array([m.toordinal() - EPOCH for m in spec.months])
    shape = paid.shape
    own = first + rng.integers(0, 28, shape)
    batch = first + rng.integers(4, 25, (len(PAYERS), MONTHS))[payer]
    days = np.where((payer == MANDIRI)[:, None], own, batch)
    return np.minimum(days, spec.today)
