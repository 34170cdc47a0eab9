"""A budget changed in the middle of the year: who had which months before, and who has them now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.facts import PlanFacts, PurseFacts, span
from cakup.documents.plan.reconcile import Compared
from cakup.kernel.errors import EngineError
from cakup.kernel.months import MONTHS_ID, add_months

#: What becomes of a person at a purse.
STAYS, STOPS, MOVES, CANCELLED = "tetap", "berhenti", "beralih", "batal"
COMES, NEW, SHIFTS = "masuk", "baru", "berubah"
#: Parts of an annex.
PARTS = {
    "A": "Bagian A: tetap dibayar sampai akhir masanya",
    "B": "Bagian B: berhenti, beralih ke sumber lain, atau batal dimulai",
    "C": "Bagian C: baru, beralih dari sumber lain, atau masanya bertambah",
}
IDENTITY = (
    "rank", "nama", "nik", "alamat", "rt", "rw", "lingkungan", "kode", "kelurahan", "kecamatan",
    "pekerjaan", "telepon", "sector",
)  # fmt: skip
SPAN = ("first", "last", "months", "rupiah")
KEYS = ("before_months", "before_rupiah", "after_months", "after_rupiah")


@dataclass(frozen=True)
class Change:
    """The year before and after a change of the budget.

    Args:
        scenario: Id of the scenario.
        title: How it is called.
        first: First month of the changed budget.
        before: The plan as it was.
        after: The plan as it becomes.
        rows: One row per person and purse, see ``compared_rows``.
        told: Figures of ``summary.json``, ``mid_year``.
        own_price_rp: Sector → what a person pays for a month alone, from the change on.
    """

    scenario: str
    title: str
    first: date
    before: PlanFacts
    after: PlanFacts
    rows: pl.DataFrame
    told: Mapping[str, object]
    own_price_rp: Mapping[str, int]

    @property
    def purses(self) -> list[PurseFacts]:
        """The purses that pay anybody, before or after."""
        held = {p.id: p for p in (*self.before.purses, *self.after.purses)}
        return [held[k] for k in dict.fromkeys(held)]

    @property
    def changed(self) -> list[PurseFacts]:
        """The purses whose list of persons or months changes."""
        other = set(self.rows.filter(pl.col("kind") != STAYS).get_column("purse"))
        return [p for p in self.purses if p.id in other]

    @property
    def month(self) -> str:
        """First month of the changed budget in words."""
        return month_words(self.first)

    def of(self, purse: PurseFacts, part: str = "") -> pl.DataFrame:
        """Return the rows of a purse, of one part of the annex or all, in the decree's order."""
        held = self.rows.filter(pl.col("purse") == purse.id)
        held = held.filter(pl.col("part") == part) if part else held
        return held.sort(pl.col("kode") == "", "kode", "rank")

    def count(self, *kinds: str) -> int:
        """Return how many persons are of one of some kinds, each once."""
        return self.rows.filter(pl.col("kind").is_in(kinds)).get_column("person_id").n_unique()


def month_words(day: date) -> str:
    """Return a month as ``Juli 2027``."""
    return f"{MONTHS_ID[day.month - 1]} {day.year}"


def compared_rows(before: PlanFacts, after: PlanFacts) -> pl.DataFrame:
    """Return every person and purse with the months before and after.

    Args:
        before: The plan as it was.
        after: The plan as it becomes.

    Returns:
        ``person_id, purse``, who the person is, ``before_first, before_last, before_months,
        before_rupiah`` and the same ``after_…`` (months and rupiah 0 where there is none),
        ``ends`` (last month of the person after the change, of any purse), ``kind``, ``part``
        and ``remark``.
    """
    sides = []
    for side, facts in (("before", before), ("after", after)):
        renamed = {c: f"{side}_{c}" for c in SPAN}
        sides.append(facts.people.select("person_id", "purse", *IDENTITY, *SPAN).rename(renamed))
    old, new = sides
    held = old.join(new, on=["person_id", "purse"], how="full", coalesce=True, suffix="_new")
    held = held.with_columns(
        *(pl.coalesce(c, f"{c}_new").alias(c) for c in IDENTITY),
        *(pl.col(c).fill_null(0) for c in KEYS),
    ).drop([f"{c}_new" for c in IDENTITY])  # fmt: skip
    ends = after.people.group_by("person_id").agg(ends=pl.col("last").max())
    was = before.people.select("person_id").unique().with_columns(was_in=pl.lit(True))
    held = held.join(ends, on="person_id", how="left").join(was, on="person_id", how="left")
    held = held.with_columns(kind=_kind()).with_columns(part=_part())
    return _remarked(held, after).sort("purse", "rank", "person_id")


def _kind() -> pl.Expr:
    """Tell what becomes of a person at a purse."""
    no_before, no_after = pl.col("before_first").is_null(), pl.col("after_first").is_null()
    is_same = (pl.col("before_first") == pl.col("after_first")) & (
        pl.col("before_last") == pl.col("after_last")
    )
    is_shorter = (pl.col("before_first") == pl.col("after_first")) & (
        pl.col("after_last") < pl.col("before_last")
    )
    return (
        pl.when(no_before & pl.col("was_in").is_null()).then(pl.lit(NEW))
        .when(no_before).then(pl.lit(COMES))
        .when(no_after & pl.col("ends").is_null()).then(pl.lit(CANCELLED))
        .when(no_after & (pl.col("ends") < pl.col("before_first"))).then(pl.lit(STOPS))
        .when(no_after).then(pl.lit(MOVES))
        .when(is_same).then(pl.lit(STAYS))
        .when(is_shorter & (pl.col("ends") > pl.col("after_last"))).then(pl.lit(MOVES))
        .when(is_shorter).then(pl.lit(STOPS))
        .otherwise(pl.lit(SHIFTS))
    )  # fmt: skip


def _part() -> pl.Expr:
    """Tell in which part of the annex a row stands."""
    is_less = pl.col("kind").is_in([STOPS, MOVES, CANCELLED]) | (
        (pl.col("kind") == SHIFTS) & (pl.col("after_months") < pl.col("before_months"))
    )
    return (
        pl.when(pl.col("kind") == STAYS).then(pl.lit("A")).when(is_less).then(pl.lit("B"))
        .otherwise(pl.lit("C"))
    )  # fmt: skip


def _remarked(rows: pl.DataFrame, after: PlanFacts) -> pl.DataFrame:
    """Add what is remarked of every row."""
    next_purse: dict[tuple[str, date], str] = {
        (person, first): purse
        for person, first, purse in after.people.select("person_id", "first", "purse").iter_rows()
    }
    olds: dict[str, set[str]] = {}
    for person, purse in rows.filter(pl.col("before_first").is_not_null()).select(
        "person_id", "purse"
    ).iter_rows():  # fmt: skip
        olds.setdefault(person, set()).add(purse)
    told = []
    for r in rows.iter_rows(named=True):
        kind, since = r["kind"], _since(r)
        word = {
            STAYS: "", CANCELLED: "batal dimulai", NEW: "baru", SHIFTS: "masa berubah",
            STOPS: f"berhenti, tanpa perlindungan sejak {span(since, since)}",
        }.get(kind)  # fmt: skip
        if kind == MOVES:
            other = next_purse.get((r["person_id"], since), "")
            word = f"sejak {span(since, since)} dibayar {other or 'sumber lain'}"
        if kind == COMES:
            word = f"semula dibayar {', '.join(sorted(olds[r['person_id']]))}"
        told.append(word or "")
    return rows.with_columns(remark=pl.Series(told, dtype=pl.String))


def _since(r: Mapping[str, date]) -> date:
    """Return the month from which a row no longer pays."""
    if r["kind"] == STOPS:
        return add_months(r["ends"], 1)
    if r["after_last"]:
        return add_months(r["after_last"], 1)
    return r["before_first"] or r["after_first"]


def totals_of(rows: pl.DataFrame) -> dict[str, int]:
    """Return what rows add up to before and after: months and rupiah."""
    return {k: int(rows.get_column(k).sum()) for k in KEYS}


def check_change(change: Change) -> None:
    """Compare the rows of a change with both years and with what the scenario told.

    Raises:
        EngineError: ``plan.documents.do_not_add``.
    """
    for purse in change.purses:
        if totals_of(change.of(purse)) != purse_totals(change, purse.id):
            raise EngineError("plan.documents.do_not_add", document=f"perubahan {purse.id}")
    was = change.before.people.group_by("person_id").agg(
        was=pl.col("last").max(), began=pl.col("first").min()
    )
    stops = change.rows.select("person_id", "ends").unique().join(was, on="person_id")
    lost = stops.filter((pl.col("ends") < pl.col("was")) & (pl.col("began") < change.first)).height
    if lost != change.told["lost"]:
        raise EngineError("plan.documents.do_not_add", document="perubahan: berhenti")


def purse_totals(change: Change, purse: str) -> dict[str, int]:
    """Return what a purse pays before and after, as ``summary.json`` tells it."""
    held = {}
    for side, facts in (("before", change.before), ("after", change.after)):
        told = next(p for p in facts.base["purses"] if p["id"] == purse)
        held[f"{side}_months"] = int(told["person_months"])
        held[f"{side}_rupiah"] = int(told["spent_rp"])
    return held


def reconcile_change(papers: Sequence[Paper | Book], change: Change) -> list[Compared]:
    """Compare what the papers of a change print with both years, purse by purse.

    Args:
        papers: All papers; parts of one group and purse add up.
        change: The change.

    Returns:
        Every group with its totals over all purses (``KEYS``), in the order of the papers.

    Raises:
        EngineError: ``plan.documents.do_not_add`` naming group and purse that differ.
    """
    sums: dict[tuple[str, str], dict[str, int]] = {}
    groups: dict[str, Compared] = {}
    for paper in papers:
        if paper.group and paper.purse:
            held = sums.setdefault((paper.group, paper.purse), dict.fromkeys(KEYS, 0))
            told = groups.setdefault(paper.group, Compared(paper.group, 0, dict.fromkeys(KEYS, 0)))
            told.papers += 1
            for key in KEYS:
                held[key] += paper.totals[key]
                told.totals[key] += paper.totals[key]
    for (group, purse), held in sums.items():
        if held != purse_totals(change, purse):
            raise EngineError("plan.documents.do_not_add", document=f"{group} {purse}")
    return list(groups.values())
