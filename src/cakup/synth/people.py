"""The people of a fictitious city: households, kin, sex, age, name, NIK."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.synth.names import MARGA, full_names, stock
from cakup.synth.places import Land
from cakup.synth.spec import Part

#: Adults (15+) per household and how often.
HOUSEHOLD_SIZES, HOUSEHOLD_SHARES = np.arange(1, 7), np.array([0.11, 0.24, 0.26, 0.21, 0.12, 0.06])
HEAD, SPOUSE, CHILD, SIBLING, PARENT = range(5)
TWIN_SHARE = 0.024
MIXED_MARRIAGE_SHARE = 0.14
#: Heads of neighbouring households who are brothers or sisters.
SIBLING_NEXT_DOOR_SHARE = 0.18
BORN_ELSEWHERE_SHARE = 0.22
OTHER_KECAMATAN_SHARE = 0.25
#: Birth dates that a NIK disagrees with, because the register was mended or the clerk erred.
NIK_DATE_DIFFERS_SHARE = 0.015
DAYS_PER_YEAR = 365.2425
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass
class Kin:
    """Households as parallel arrays, one entry per person.

    Args:
        household: Number of the household within the part.
        role: ``HEAD`` … ``PARENT``.
        is_female: Sex.
        age: Age in years.
        people: Position in ``names.PEOPLES``.
        area: Position in ``Land``.
        is_twin: Whether the birth date is the one of the person before.
        kin_head: Position of the household's head; of the head's own kin for a sibling next door.
    """

    household: Ints
    role: Ints
    is_female: Bools
    age: NDArray[np.float64]
    people: Ints
    area: Ints
    is_twin: Bools
    kin_head: Ints


def kin(rng: np.random.Generator, n: int, areas: Ints, shares: NDArray[np.float64]) -> Kin:
    """Draw ``n`` people in households.

    Args:
        rng: Random numbers.
        n: Number of persons aged 15 and over.
        areas: Positions in ``Land`` where they may live.
        shares: How many live in each, adding up to 1.
    """
    n_households = int(n / (HOUSEHOLD_SIZES @ HOUSEHOLD_SHARES) * 1.02) + 20
    sizes = rng.choice(HOUSEHOLD_SIZES, n_households, p=HOUSEHOLD_SHARES)
    household = np.repeat(np.arange(n_households), sizes)[:n]
    n_households = int(household[-1]) + 1
    head = np.searchsorted(household, np.arange(n_households))
    place = np.arange(n) - head[household]
    role = np.where(place == 0, HEAD, np.where(place == 1, SPOUSE, CHILD))
    role = np.where((role == SPOUSE) & (rng.random(n) < 0.14), CHILD, role)
    role = np.where((role == CHILD) & (rng.random(n) < 0.07), PARENT, role)
    is_female = rng.random(n) < 0.5
    is_female[head] = rng.random(n_households) < 0.14
    is_female = np.where(role == SPOUSE, ~is_female[head][household], is_female)
    age, role = _ages(rng, role, head[household], is_female)
    of_household = rng.choice(len(stock().shares), n_households, p=stock().shares)
    next_door = rng.random(n_households) < SIBLING_NEXT_DOOR_SHARE
    area = np.sort(rng.choice(areas, n_households, p=shares))
    next_door[1:] &= area[1:] == area[:-1]
    next_door[0] = False
    kin_of = np.arange(n_households)
    kin_of[next_door] -= 1
    people = of_household[kin_of][household]
    married_in = (role == SPOUSE) & (rng.random(n) < MIXED_MARRIAGE_SHARE)
    people[married_in] = rng.choice(len(stock().shares), int(married_in.sum()), p=stock().shares)
    twin = (role == CHILD) & (rng.random(n) < TWIN_SHARE)
    twin[1:] &= (role[:-1] == CHILD) & (household[1:] == household[:-1])
    twin[0] = False
    age[twin] = age[np.flatnonzero(twin) - 1]
    return Kin(
        household, role, is_female, age, people, area[household], twin, head[kin_of][household]
    )


def _ages(
    rng: np.random.Generator, role: Ints, head: Ints, is_female: Bools
) -> tuple[NDArray[np.float64], Ints]:
    """Return ages and roles; a child who would be under 15 becomes a sibling of the head."""
    n = len(role)
    age = np.clip(rng.gamma(5.5, 4.6, n) + 20, 21, 79)
    head_age = age[head]
    gap = np.where(is_female, -3.0, 3.0) + rng.normal(0, 3.5, n)
    age = np.where(role == SPOUSE, np.clip(head_age + gap, 19, 80), age)
    child = head_age - rng.uniform(19, 40, n)
    sibling = (role == CHILD) & (child < 15)
    role = np.where(sibling, SIBLING, role)
    age = np.where(role == CHILD, np.minimum(child, 45), age)
    age = np.where(sibling, np.clip(head_age + rng.normal(0, 6, n), 15.2, 75), age)
    age = np.where(role == PARENT, np.clip(head_age + rng.uniform(20, 34, n), 45, 88), age)
    # Limits would pile birth dates up on one day; the fraction of a year is drawn anew.
    return np.floor(age) + rng.random(n), role


def people(part: Part, land: Land, n_inside: int, n_outside: int) -> pl.DataFrame:
    """Return the people of a part: residents of the city, then people from outside.

    Args:
        part: The part of the city.
        land: The areas.
        n_inside: Residents (KTP) aged 15 and over, dead ones included.
        n_outside: People who live elsewhere but turn up on lists or in the register.

    Returns:
        One row per person with ``person, household, role, jenis_kelamin, tanggal_lahir,
        umur, nama, nama_ibu, area, tempat_lahir, nik, is_resident``.
    """
    inside = np.arange(land.n_inside)
    outside = np.arange(land.n_inside, len(land.prefix))
    rng = part.stream("kin")
    a = kin(rng, n_inside, inside, land.weight)
    b = kin(rng, n_outside, outside, land.outside_weight)
    shifts = {"household": int(a.household[-1]) + 1, "kin_head": n_inside}
    both = Kin(
        **{
            f.name: np.concatenate([getattr(a, f.name), _shifted(b, f.name, shifts)])
            for f in fields(Kin)
        }
    )
    born = _birth_days(part, both)
    nama, nama_ibu = _names(part, both)
    nik, tempat_lahir = _niks(part, both, land, born)
    n = n_inside + n_outside
    return pl.DataFrame(
        {
            "person": np.arange(n) + (part.number << 32),
            "household": both.household.astype(np.uint32),
            "role": both.role.astype(np.uint8),
            "jenis_kelamin": pl.Series(np.where(both.is_female, 1, 0)).replace_strict(
                [0, 1], ["L", "P"], return_dtype=pl.Enum(["L", "P"])
            ),
            "tanggal_lahir": born.astype("datetime64[D]"),
            "umur": both.age.astype(np.float32),
            "nama": nama,
            "nama_ibu": nama_ibu,
            "area": both.area.astype(np.int16),
            "tempat_lahir": tempat_lahir,
            "nik": nik,
            "is_resident": np.arange(n) < n_inside,
        }
    )


def _shifted(kin: Kin, name: str, shifts: dict[str, int]) -> NDArray[Any]:
    """Return a column of positions moved behind those of the first group; others as they are."""
    column: NDArray[Any] = getattr(kin, name)
    return column + shifts[name] if name in shifts else column


def _birth_days(part: Part, kin: Kin) -> Ints:
    """Return birth dates as days since 1970, exact ages on the city's date."""
    days = part.spec.today - np.floor(kin.age * DAYS_PER_YEAR).astype(np.int64)
    twins = np.flatnonzero(kin.is_twin)
    days[twins] = days[twins - 1]
    return days


def _names(part: Part, kin: Kin) -> tuple[pl.Series, pl.Series]:
    """Return names and mothers' names; children carry their household's mother."""
    rng, n, words = part.stream("names"), len(kin.role), stock()
    lineage = words.draw(rng, kin.people, np.full(n, MARGA))
    own = np.where((kin.role == SPOUSE) | (kin.role == PARENT), np.arange(n), kin.kin_head)
    marga = np.where(words.has_marga[kin.people], lineage[own], -1)
    correlated = part.spec.correlated_names
    nama = full_names(rng, kin.people, kin.is_female, kin.age, marga, correlated=correlated)
    mothers = full_names(
        rng, kin.people, np.ones(n, dtype=np.bool_), kin.age + 26,
        np.where(words.has_marga[kin.people] & (rng.random(n) < 0.55),
                 words.draw(rng, kin.people, np.full(n, MARGA)), -1), correlated=correlated,
    )  # fmt: skip
    # The mother of a child is the woman among head and spouse; heads and siblings share theirs.
    head = np.arange(n)[kin.role == HEAD][kin.household] if n else kin.household
    spouse = np.minimum(head + 1, n - 1)
    has_spouse = (kin.role[spouse] == SPOUSE) & (kin.household[spouse] == kin.household)
    is_mother_known = (kin.role == CHILD) & (kin.is_female[head] | has_spouse)
    mother = np.where(kin.is_female[head], head, spouse)
    ancestor = np.where((kin.role == SPOUSE) | (kin.role == PARENT), np.arange(n), kin.kin_head)
    frame = pl.DataFrame(
        {"child": nama.gather(mother), "other": mothers.gather(ancestor), "known": is_mother_known}
    )
    return nama, frame.select(
        pl.when("known").then("child").otherwise("other").alias("nama_ibu")
    ).to_series()


def _niks(part: Part, kin: Kin, land: Land, born: Ints) -> tuple[Ints, pl.Series]:
    """Return NIKs as whole numbers and places of birth.

    Serials count up within kecamatan of issue, date and sex, as real ones do; twins of one sex
    therefore get neighbouring numbers. Parts of a large city take turns.
    """
    rng, n = part.stream("nik"), len(born)
    prefix = land.prefix[kin.area]
    moved = rng.random(n) < OTHER_KECAMATAN_SHARE
    prefix = np.where(moved & (kin.area < land.n_inside),
                      land.prefix[rng.integers(0, land.n_inside, n)], prefix)  # fmt: skip
    elsewhere = rng.random(n) < BORN_ELSEWHERE_SHARE
    origin = rng.choice(len(land.born_prefix), n, p=land.born_share)
    twins = np.flatnonzero(kin.is_twin)
    for column in (prefix, elsewhere, origin):
        column[twins] = column[twins - 1]
    prefix = np.where(elsewhere, land.born_prefix[origin], prefix)
    differs = rng.random(n) < NIK_DATE_DIFFERS_SHARE
    written = np.where(differs, born + rng.choice([-365, -31, -10, -1, 1, 9, 30, 366], n), born)
    day = written.astype("datetime64[D]")
    year = day.astype("datetime64[Y]").astype(np.int64) + 1970
    month = day.astype("datetime64[M]").astype(np.int64) % 12 + 1
    dom = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    cell = prefix * 10**6 + (dom + 40 * kin.is_female) * 10_000 + month * 100 + year % 100
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.r_[True, cell[order][1:] != cell[order][:-1]])
    counts = np.diff(np.r_[starts, n])
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n) - np.repeat(starts, counts)
    serial = rank * part.spec.n_parts + part.number + 1
    here = pl.Series(land.kabkota[kin.area].astype(str))
    names = pl.DataFrame(
        {"e": elsewhere, "o": pl.Series(land.born_name.astype(str)).gather(origin), "h": here}
    )
    return cell * 10_000 + serial, names.select(
        pl.when("e").then("o").otherwise("h").alias("tempat_lahir")
    ).to_series()
