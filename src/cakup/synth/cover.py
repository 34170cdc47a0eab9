"""Enrolments of a fictitious city: who is a participant, through whom, from when to when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.synth import paying
from cakup.synth.paying import CITY, MANDIRI, PAYER_NAMES, PAYERS, PROVINCE
from cakup.synth.spec import EPOCH, MONTHS, Part
from cakup.synth.work import COVER, FORMS, pick

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
PU, BPU, JAKON, PMI = range(4)
SEGMENTS = ("pu", "bpu", "jakon", "pmi")
#: Segments in which cover counts; migrant cover comes on top, as in the default of ``measure``.
COUNTED = np.array([True, True, True, False])
#: Segment by form of work: shares of pu, bpu, jakon, pmi.
SEGMENT_SHARES = {
    "pu": (0.93, 0.07, 0.0, 0.0), "bpu": (0.09, 0.91, 0.0, 0.0), "jakon": (0.1, 0.35, 0.55, 0.0),
    "asn": (0.9, 0.1, 0.0, 0.0), "pmi": (0.5, 0.5, 0.0, 0.0), "": (0.8, 0.2, 0.0, 0.0),
}  # fmt: skip
ABROAD_ACTIVE_SHARE, ABROAD_LAPSED_SHARE = 0.55, 0.2
LAPSED_SHARE, IDLE_LAPSED_SHARE = 0.15, 0.03
OUTSIDE_ACTIVE_SHARE, OUTSIDE_LAPSED_SHARE = 0.5, 0.12
DEAD_ENROLLED_SHARE = 0.45
#: People who left a firm that still reports them.
LEFT_BUT_ACTIVE_SHARE = 0.04
PAID_AFTER_DEATH_SHARE = 0.4
OPEN_AFTER_DEATH_SHARE = 0.45
PU_AND_OWN_SHARE, PU_AND_AID_SHARE, TWO_EMPLOYERS_SHARE = 0.025, 0.012, 0.008
TWO_AID_PAYERS_SHARE = 0.03
EARLIER_JOB_SHARE = 0.12
SECOND_KPJ_SHARE = 0.02
NEVER = np.iinfo(np.int32).max


@dataclass
class Cover:
    """Enrolments and their paid months as parallel arrays.

    Args:
        row: Position of the participant among the part's people.
        segment: Position in ``SEGMENTS``.
        kpj: Number of the participant number; see ``kpj_text``.
        firm: Position of the employer, −1 = none.
        payer: Position in ``paying.PAYERS``, −1 = the employer.
        start: First day of the spell, days since 1970.
        end: Last day, ``NEVER`` = open.
        left: Day on which the person really left the firm, ``NEVER`` = did not.
        paid: Enrolments × months; only BPU rows have paid months.
        is_second_kpj: Whether the row is the same person under another number.
    """

    row: Ints
    segment: Ints
    kpj: Ints
    firm: Ints
    payer: Ints
    start: Ints
    end: Ints
    left: Ints
    paid: Bools
    is_second_kpj: Bools

    def take(self, at: Ints) -> Cover:
        """Return copies of some enrolments."""
        return Cover(*(getattr(self, f)[at].copy() for f in self.__dataclass_fields__))

    def __add__(self, other: Cover) -> Cover:
        return Cover(
            *(
                np.concatenate([getattr(self, f), getattr(other, f)])
                for f in self.__dataclass_fields__
            )
        )


def cover(part: Part, people: pl.DataFrame, firm_shares: NDArray[np.float64]) -> Cover:
    """Enrol people so that exactly ``part.covered`` workers are active on the city's date.

    Args:
        part: The part of the city.
        people: From ``work.with_work``.
        firm_shares: Share of all employees per employer.
    """
    rng = part.stream("cover")
    row, active, abroad = _who(part, rng, people)
    occupation = people["occupation"].to_numpy()[row].astype(np.int64)
    form = np.where(occupation < 0, "", FORMS[occupation])
    segment = np.where(abroad, PMI, _segments(rng, form))
    n = len(row)
    firm = np.searchsorted(np.cumsum(firm_shares), rng.random(n) * 0.999999)
    payer = rng.choice(len(PAYERS), n, p=[p.share for p in PAYERS])
    held = Cover(
        row, segment, np.arange(n), np.where(segment == BPU, -1, firm),
        np.where(segment == BPU, payer, -1), np.zeros(n, np.int64), np.full(n, NEVER),
        np.full(n, NEVER), np.zeros((n, MONTHS), np.bool_), np.zeros(n, np.bool_),
    )  # fmt: skip
    _spells(part, rng, held, active)
    bpu = np.flatnonzero(segment == BPU)
    held.paid[bpu] = paying.paid_months(rng, part.spec, payer[bpu], active[bpu])
    _deaths(part, rng, held, people)
    alive = _died(people)[row] == NEVER
    held = held + _second_enrolments(part, rng, held, active & alive, alive)
    held = held + _second_numbers(rng, held)
    _first_days(part, rng, held, people)
    return held


def _who(part: Part, rng: np.random.Generator, people: pl.DataFrame) -> tuple[Ints, Bools, Bools]:
    """Return positions of participants, whether each is active on the city's date, and whether
    as a migrant worker."""
    worker = people["is_worker"].to_numpy()
    resident = people["is_resident"].to_numpy()
    dead = people["meninggal_on"].is_not_null().to_numpy()
    occupation = people["occupation"].to_numpy().astype(np.int64)
    chance = rng.random(len(people))
    workers = np.flatnonzero(worker)
    covered = np.zeros(len(people), dtype=np.bool_)
    covered[workers[pick(rng, COVER[occupation[workers]], part.covered)]] = True
    migrant = worker & ~covered & (FORMS[occupation] == "pmi")
    abroad = migrant & (chance < ABROAD_ACTIVE_SHARE)
    returned = migrant & ~abroad & (chance < ABROAD_ACTIVE_SHARE + ABROAD_LAPSED_SHARE)
    may = worker & ~covered & ~np.isin(FORMS[occupation], ("asn", "pmi"))
    outside = ~resident & (chance < OUTSIDE_ACTIVE_SHARE)
    lapsed = (may & (chance < LAPSED_SHARE)) | (
        resident & ~worker & ~dead & (chance < IDLE_LAPSED_SHARE)
    ) | (~resident & ~outside & (chance < OUTSIDE_ACTIVE_SHARE + OUTSIDE_LAPSED_SHARE))  # fmt: skip
    enrolled_dead = dead & (chance < DEAD_ENROLLED_SHARE)
    active = covered | outside | enrolled_dead | abroad
    row = np.flatnonzero(active | lapsed | returned)
    return row, active[row], (abroad | returned)[row]


def _segments(rng: np.random.Generator, form: NDArray[np.str_]) -> Ints:
    chance, found = rng.random(len(form)), np.zeros(len(form), dtype=np.int64)
    for name, shares in SEGMENT_SHARES.items():
        here = form == name
        found[here] = np.searchsorted(np.cumsum(shares), chance[here] * 0.999999)
    return found


def _spells(part: Part, rng: np.random.Generator, held: Cover, active: Bools) -> None:
    """Set first and last days of wage, construction and migrant spells."""
    n, today = len(held.row), part.spec.today
    length = rng.exponential(1500, n).astype(np.int64) + 40
    ahead = np.where(rng.random(n) < 0.9, NEVER, today + rng.integers(20, 400, n))
    ended = today - 5 - (rng.exponential(380, n).astype(np.int64))
    end = np.where(active, ahead, ended)
    project = held.segment == JAKON
    length = np.where(project, rng.integers(30, 280, n), length)
    end = np.where(project & active, today + rng.integers(1, 160, n), end)
    abroad = held.segment == PMI
    length = np.where(abroad, rng.integers(60, 700, n), length)
    end = np.where(abroad & active, today + rng.integers(10, 400, n), end)
    held.end[:] = np.where(held.segment == BPU, NEVER, end)
    held.start[:] = np.minimum(end, today) - length
    stays = active & (held.segment == PU) & (rng.random(n) < LEFT_BUT_ACTIVE_SHARE)
    left = today - rng.integers(30, 700, n)
    held.left[:] = np.where(stays, left, NEVER)
    held.end[stays] = NEVER
    held.start[:] = np.where(stays, np.minimum(held.start, left - 120), held.start)


def _deaths(part: Part, rng: np.random.Generator, held: Cover, people: pl.DataFrame) -> None:
    """End the cover of the dead, but not always: some spells stay open, some months are paid."""
    died = _died(people)[held.row]
    dead = died < NEVER
    chance = rng.random(len(died))
    spell = dead & (held.segment != BPU)
    held.end[:] = np.where(spell & (chance >= OPEN_AFTER_DEATH_SHARE), died, held.end)
    held.start[:] = np.where(spell, np.minimum(held.start, died - 90), held.start)
    held.left[dead] = NEVER
    stops = dead & ((held.payer == MANDIRI) | (chance >= PAID_AFTER_DEATH_SHARE))
    first = np.array([m.toordinal() - EPOCH for m in part.spec.months])
    held.paid &= ~(stops[:, None] & (first[None, :] > died[:, None]))


def _died(people: pl.DataFrame) -> Ints:
    """Return days of death since 1970, ``NEVER`` for the living."""
    return people["meninggal_on"].cast(pl.Int32).cast(pl.Int64).fill_null(NEVER).to_numpy()


def _second_enrolments(
    part: Part, rng: np.random.Generator, held: Cover, active: Bools, alive: Bools
) -> Cover:
    """Return further enrolments: own BPU beside PU, aid beside PU, two employers, two aid payers,
    an earlier job."""
    n, chance = len(held.row), rng.random(len(held.row))
    fresh = n + np.arange(n)
    pu = active & (held.segment == PU)
    cut = np.cumsum([PU_AND_OWN_SHARE, PU_AND_AID_SHARE, TWO_EMPLOYERS_SHARE])
    own = held.take(np.flatnonzero(pu & (chance < cut[0])))
    aid = held.take(np.flatnonzero(pu & (chance >= cut[0]) & (chance < cut[1])))
    for extra, payer in ((own, MANDIRI), (aid, CITY)):
        extra.segment[:], extra.payer[:], extra.firm[:] = BPU, payer, -1
        extra.end[:], extra.left[:] = NEVER, NEVER
        everyone = np.ones(len(extra.row), dtype=np.bool_)
        extra.paid = paying.paid_months(rng, part.spec, extra.payer, everyone)
    two = held.take(np.flatnonzero(pu & (chance >= cut[1]) & (chance < cut[2])))
    two.firm[:] = (two.firm + 1) // 2
    two.kpj[:] = fresh[: len(two.row)]
    helped = (held.segment == BPU) & (held.payer != MANDIRI) & (chance < TWO_AID_PAYERS_SHARE)
    both = held.take(np.flatnonzero(helped))
    both.payer[:] = np.where(both.payer == CITY, PROVINCE, CITY)
    both.paid &= rng.random(both.paid.shape) < 0.5
    earlier = held.take(np.flatnonzero(alive & (rng.random(n) < EARLIER_JOB_SHARE)))
    earlier.segment[:], earlier.payer[:], earlier.left[:] = PU, -1, NEVER
    earlier.paid[:] = False
    first = np.where(earlier.start == 0, part.spec.today - 760, earlier.start)
    earlier.end[:] = np.minimum(first, part.spec.today) - rng.integers(20, 500, len(first))
    earlier.start[:] = earlier.end - rng.integers(60, 1200, len(first))
    earlier.firm[:] = np.maximum(earlier.firm, 0) // 3
    return own + aid + two + both + earlier


def _second_numbers(rng: np.random.Generator, held: Cover) -> Cover:
    """Return enrolments of people who were given a second participant number by mistake."""
    chosen = np.flatnonzero(rng.random(len(held.row)) < SECOND_KPJ_SHARE)
    twice = held.take(chosen)
    twice.kpj[:] = int(held.kpj.max(initial=0)) + 1 + np.arange(len(chosen))
    twice.is_second_kpj[:] = True
    # Half are an old number that never worked again; no month is ever paid on a second number.
    old = rng.random(len(chosen)) < 0.5
    twice.paid[:] = False
    length = rng.integers(30, 400, len(chosen))
    shifts = old & (twice.segment != BPU)
    twice.end[:] = np.where(shifts, np.minimum(twice.start, twice.end) - 10, twice.end)
    twice.start[:] = np.where(shifts, twice.end - length, twice.start)
    twice.left[old] = NEVER
    return twice


def _first_days(part: Part, rng: np.random.Generator, held: Cover, people: pl.DataFrame) -> None:
    """Set the first day of BPU enrolments; nobody is enrolled before the age of 15."""
    n = len(held.row)
    first = np.array([m.toordinal() - EPOCH for m in part.spec.months])
    begins = np.where(held.paid.any(axis=1), held.paid.argmax(axis=1), 0)
    before = (begins == 0) | (rng.random(n) < 0.2)
    earlier = first[0] - rng.integers(1, 900, n)
    start = np.where(before, earlier, first[begins])
    died = _died(people)[held.row]
    start = np.where(died < start, died - 200, start)
    start = np.where(held.segment == BPU, start, held.start)
    born = people["tanggal_lahir"].cast(pl.Int32).cast(pl.Int64).to_numpy()[held.row]
    latest = np.minimum(np.minimum(held.end, died), part.spec.today) - 1
    latest = np.where(held.paid.any(axis=1), np.minimum(latest, first[begins]), latest)
    held.start[:] = np.minimum(np.maximum(start, born + 15 * 365), latest)


def kpj_text(part: Part, kpj: Ints) -> list[str]:
    """Return participant numbers of eleven digits, each only once in the whole city."""
    index = kpj * part.spec.n_parts + part.number
    # 3^18 shares no factor with 10^9, so different numbers stay different.
    return [f"25{v:09}" for v in (index * 387_420_489 % 1_000_000_000).tolist()]


def kode_iuran(held: Cover, kpj: list[str], area: Ints) -> list[str | None]:
    """Return contribution codes: one per budget payer and area, one's own for those who pay."""
    rows = zip(held.payer.tolist(), held.row.tolist(), kpj, strict=True)
    return [
        None if payer < 0 else f"8{number}" if payer == MANDIRI
        else f"9{payer:02}{int(area[row]):05}"
        for payer, row, number in rows
    ]  # fmt: skip


def payer_names(payer: Ints) -> list[str]:
    """Return the closed-list names of payers."""
    return [PAYER_NAMES[p] if p >= 0 else "pemberi_kerja" for p in payer.tolist()]
