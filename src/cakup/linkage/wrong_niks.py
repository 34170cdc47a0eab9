"""NIKs as they are written wrongly: with a slip, a relative's, or somebody else's.

How often each happens is told by rows whose NIK is not that of their person. A relative's NIK is
not like a stranger's: its owner shares mother and village, so the row is found less often.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cakup.linkage.blocks import run_starts
from cakup.linkage.cleaning import implied_sex
from cakup.linkage.linked import Linked
from cakup.linkage.vocabulary import Bools, Ints, Reals, mixed, together

#: Digits of a NIK, and in how many a slip differs at most.
DIGITS, SLIP = 16, 2
#: Rows that share a household at most: more are a street, or a name that many mothers have.
HOUSEHOLD = 12
#: What is assumed of wrong NIKs before any is seen, and for how many it counts: another person's;
#: and a relative's among these.
OTHERS_BEFORE, KIN_BEFORE, BEFORE = 0.5, 0.5, 5.0


@dataclass(frozen=True)
class WrongNiks:
    """What wrong NIKs of a run are, and what is needed to write more of them.

    Args:
        frame: Cleaned rows with rarities.
        person: Person of each row.
        right: Rows with the NIK of their person.
        homes: ``p`` (person), ``home`` (number of a household), once each; a person may have
            several. Of 2 to ``HOUSEHOLD`` persons.
        others: Share of wrong NIKs that are another person's; the others have a slip.
        kin: Share of those that are a relative's, where the person has relatives with a NIK.
        stated: Share of the rows of each list that state the sex; the others take it from the NIK,
            and so from a wrong one.
    """

    frame: pl.DataFrame
    person: Ints
    right: Bools
    homes: pl.DataFrame
    others: float
    kin: float
    stated: Reals

    @staticmethod
    def of(linked: Linked, numbered: Bools, odd: Bools) -> WrongNiks:
        """Learn from a finished run.

        Args:
            linked: The run.
            numbered: Rows with a NIK that count.
            odd: Rows whose NIK is not that of their person.
        """
        right = numbered & ~odd
        homes = _homes(linked.frame, linked.person)
        stated = _stated_sex(linked.frame)
        told = WrongNiks(
            linked.frame, linked.person, right, homes, OTHERS_BEFORE, KIN_BEFORE, stated
        )
        return told._learnt(np.flatnonzero(odd & numbered))

    def _learnt(self, odd: Ints) -> WrongNiks:
        """Return the shares that rows with another NIK than their person's tell."""
        own = pl.DataFrame({"p": self.person[odd], "seen": self.frame["nik"].gather(odd)})
        known = self._niks(own.select("p").unique()).unique("p", keep="first", maintain_order=True)
        told = own.join(known, on="p").filter(pl.col("nik") != pl.col("seen"))
        slips = int(_differ(told["seen"], told["nik"]).sum())
        elsewhere = told.filter(~pl.Series(_differ(told["seen"], told["nik"]), dtype=pl.Boolean))
        near = self._relatives(elsewhere.select("p").unique())
        able = elsewhere.join(near, on="p", how="semi").height
        kin = elsewhere.join(near, left_on=["p", "seen"], right_on=["p", "nik"], how="semi").height
        others = (told.height - slips + BEFORE * OTHERS_BEFORE) / (told.height + BEFORE)
        share = (kin + BEFORE * KIN_BEFORE) / (able + BEFORE)
        return replace(self, others=others, kin=share)

    def _niks(self, persons: pl.DataFrame) -> pl.DataFrame:
        """Return the NIKs of some persons, ``p``, ``nik``, in order."""
        wanted = np.zeros(len(self.person), dtype=bool)
        wanted[persons["p"].to_numpy()] = True
        at = np.flatnonzero(self.right & wanted[self.person])
        told = pl.DataFrame({"p": self.person[at], "nik": self.frame["nik"].gather(at)})
        return told.unique().sort("p", "nik")

    def _relatives(self, persons: pl.DataFrame) -> pl.DataFrame:
        """Return the NIKs of relatives of some persons, ``p``, ``nik``, in order."""
        p, home = (self.homes[c].to_numpy() for c in ("p", "home"))
        wanted = np.zeros(len(self.person), dtype=bool)
        wanted[persons["p"].to_numpy()] = True
        is_theirs = np.zeros(int(home.max(initial=0)) + 1, dtype=bool)
        is_theirs[home[wanted[p]]] = True
        there = self.homes.filter(pl.Series(is_theirs[home], dtype=pl.Boolean))
        mine = there.filter(pl.Series(wanted[there["p"].to_numpy()], dtype=pl.Boolean))
        met = mine.join(there.rename({"p": "q"}), on="home").filter(
            pl.col("p") != pl.col("q")
        ).select("p", "q").unique()  # fmt: skip
        niks = self._niks(met.select(p="q").unique()).rename({"p": "q"})
        return met.join(niks, on="q").select("p", "nik").unique().sort("p", "nik")

    def drawn(self, at: Ints, rng: np.random.Generator) -> pl.Series:
        """Return a wrong NIK for each of some rows with a NIK.

        Args:
            at: Rows.
            rng: Draws.
        """
        own = self.frame["nik"].gather(at)
        strangers = own.gather(rng.permutation(len(at)))
        kin = self._drawn_kin(at, rng)
        is_other, is_kin = rng.random(len(at)) < self.others, rng.random(len(at)) < self.kin
        told = pl.DataFrame({"kin": kin, "other": strangers, "slip": slipped(own, rng)})
        other = pl.when(pl.Series(is_kin)).then(pl.coalesce("kin", "other")).otherwise("other")
        return told.select(
            nik=pl.when(pl.Series(is_other)).then(other).otherwise("slip")
        ).to_series()

    def sexes(self, at: Ints, nik: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
        """Return the sex of rows as it is once they have another NIK.

        Args:
            at: Rows.
            nik: Columns of their new NIKs.
            rng: Draws.
        """
        rows = self.frame.select("sex", "ntail", "source")[at]
        is_stated = rng.random(len(at)) < self.stated[rows["source"].to_numpy()]
        own, new = implied_sex(rows["ntail"]), implied_sex(nik["ntail"])
        told = rows.select("sex", own=own, new=new, is_stated=pl.Series(is_stated))
        taken = ~pl.col("is_stated") & (pl.col("sex") == pl.col("own"))
        return told.select(sex=pl.when(taken).then("new").otherwise("sex")).to_series()

    def _drawn_kin(self, at: Ints, rng: np.random.Generator) -> pl.Series:
        """Return for each of some rows the NIK of a relative, missing where none is known."""
        rows = pl.DataFrame({"p": self.person[at]}).with_columns(
            draw=pl.Series(rng.random(len(at)))
        )
        near = self._relatives(rows.select("p").unique())
        near = near.group_by("p", maintain_order=True).agg("nik")
        near = near.with_columns(n=pl.col("nik").list.len())
        told = rows.join(near, on="p", how="left", maintain_order="left")
        place = (pl.col("draw") * pl.col("n")).floor().cast(pl.Int64)
        return told.select(pl.col("nik").list.get(place, null_on_oob=True)).to_series()


def _homes(frame: pl.DataFrame, person: Ints) -> pl.DataFrame:
    """Return the households of persons: rows of one mother and village, or of one address."""
    persons, homes = ([np.zeros(0, dtype=np.int64)] for _ in range(2))
    for at, columns in enumerate((("msound", "desa_v"), ("addr_v",))):
        if not set(columns) <= set(frame.columns):
            continue
        values = [frame[c].fill_null(0).cast(pl.Int64).to_numpy() for c in columns]
        there = np.flatnonzero(np.all([v != 0 for v in values], axis=0))
        homes.append(mixed(np.full(len(there), at + 1), *(v[there] for v in values)))
        persons.append(person[there])
    p, home = _shared(np.concatenate(persons), np.concatenate(homes))
    bits = max(len(person) - 1, 1).bit_length()
    both = np.sort(home << bits | p)
    both = both[run_starts(both)]
    p, home = both & ((1 << bits) - 1), both >> bits
    size = np.bincount(home)[home]
    few = size <= HOUSEHOLD
    return pl.DataFrame({"p": p[few], "home": home[few]})


def _shared(person: Ints, home: Ints) -> tuple[Ints, Ints]:
    """Return the persons of households of several, and these as small numbers."""
    order = together(home)
    person, home = person.take(order), home.take(order)
    is_new = np.ones(len(home), dtype=np.bool_)
    is_new[1:] = home[1:] != home[:-1]
    number = np.cumsum(is_new) - 1
    several = np.zeros(len(home), dtype=np.bool_)
    several[number[1:][~is_new[1:] & (person[1:] != person[:-1])]] = True
    at = np.flatnonzero(several.take(number))
    return person.take(at), number.take(at)


def _stated_sex(frame: pl.DataFrame) -> Reals:
    """Return for each list the share of its rows that state a sex, as those without a NIK tell."""
    source = frame["source"].to_numpy().astype(np.int64)
    poor = frame["nik"].is_null().to_numpy()
    size = int(source.max(initial=0)) + 1
    n, has = (
        np.bincount(source[np.flatnonzero(rows)], minlength=size).astype(np.float64)
        for rows in (poor, poor & frame["sex"].is_not_null().to_numpy())
    )
    pooled = (has.sum() + 1.0) / (n.sum() + 1.0)
    return np.asarray((has + pooled) / (n + 1.0), dtype=np.float64)


def _differ(seen: pl.Series, known: pl.Series) -> NDArray[np.bool_]:
    """Return whether NIKs differ by a slip only."""
    differing = (_digits(seen) != _digits(known)).sum(axis=1)
    return np.asarray(differing <= SLIP, dtype=np.bool_)


def _digits(niks: pl.Series) -> NDArray[np.int8]:
    """Return the digits of NIKs, shape (NIKs, ``DIGITS``)."""
    text = "".join(niks.to_list()).encode("ascii")
    if not text:
        return np.zeros((0, DIGITS), dtype=np.int8)
    return (np.frombuffer(text, dtype=np.uint8).reshape(-1, DIGITS) - ord("0")).astype(np.int8)


def slipped(niks: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Return NIKs with one wrong digit each that still hold a possible day and month.

    Args:
        niks: NIKs of 16 digits.
        rng: Draws.
    """
    digits = _digits(niks)
    out, left = digits.copy(), np.arange(len(digits))
    while len(left):
        tried, place = digits[left], rng.integers(0, DIGITS, len(left))
        rows = np.arange(len(left))
        tried[rows, place] = (tried[rows, place] + rng.integers(1, 10, len(left))) % 10
        day, month = tried[:, 6] * 10 + tried[:, 7], tried[:, 8] * 10 + tried[:, 9]
        is_day = (day % 40 >= 1) & (day % 40 <= 31) & (month >= 1) & (month <= 12)
        out[left[is_day]] = tried[is_day]
        left = left[~is_day]
    text = (out + ord("0")).astype(np.uint8).tobytes().decode("ascii")
    return pl.Series([text[k : k + DIGITS] for k in range(0, len(text), DIGITS)], dtype=pl.String)
