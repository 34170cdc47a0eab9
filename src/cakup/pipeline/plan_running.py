"""A plan of a year that has begun: what was paid already, who was enrolled, what became of them.

Everything comes from the imported payments and the ledger, nothing from the plan of before: who
was paid for is enrolled, whatever was planned.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from cakup.documents.findings_workbook import PAYERS
from cakup.engines.duckdb import DuckEngine
from cakup.kernel import spelling
from cakup.kernel.language import LANGS, Lang, Text
from cakup.kernel.months import MONTHS_EN, MONTHS_ID
from cakup.kernel.schemas import AID_PAYERS
from cakup.pipeline.basis import Basis
from cakup.pipeline.payment_lines import make_payment_lines
from cakup.pipeline.plan_candidates import ENROLS, year_payers_sql
from cakup.pipeline.workspace import Workspace
from cakup.planning.compute import Outcome
from cakup.planning.criteria.evaluate import Evaluated
from cakup.planning.settings import PlanSettings

#: What became of the enrolled, in the order in which it is told.
FATES: dict[str, Text] = {
    "tetap": Text(
        "tetap sampai Desember atau batas umurnya", "stay to December or their age limit"
    ),
    "meninggal": Text("meninggal", "died"),
    "kerja_formal": Text("kini dibayar pemberi kerja", "an employer pays now"),
    "mandiri": Text("kini membayar sendiri", "pay for themselves now"),
    "pembayar_lain": Text(
        "sudah dibayar bantuan lain sampai Desember", "other aid paid to December"
    ),
    "usia": Text("lewat batas umur", "past the age limit"),
    "pindah": Text("bukan penduduk lagi", "live elsewhere now"),
    "aturan": Text("terhenti oleh aturan lain (NIK, keluarga)", "stopped by another rule"),
    "pagu": Text("tidak terbayar oleh pagu yang tersisa", "not paid by the pagu left"),
}
PAID = Text(
    "Iuran Januari–{last} {year} sudah dibayar {payer}: {n} orang, {months} orang-bulan{money}. "
    "Cocokkan dengan SP2D; pagu dompet pada rencana ini adalah sisanya.",
    "Contributions of January–{last} {year} were paid by {payer}: {n} persons, "
    "{months} person-months{money}. Hold it against the SP2D; the pagu here is the rest.",
)
AGAIN = Text(
    "Di antaranya {rp} oleh {payer} adalah iuran kedua bagi orang, bulan, dan program yang sama: "
    "minta BPJS memperhitungkan atau mengembalikannya, sebelum sisa pagu dihitung.",
    "Of it {rp} by {payer} came a second time for the same person, month and programme: have BPJS "
    "offset or return it before the pagu left is reckoned.",
)
MONEY = Text(", {rp} menurut pembayaran yang diimpor", ", {rp} by the payments imported")
FATE = Text("{n} orang sudah terdaftar tahun ini: {told}.",
            "{n} persons are enrolled this year: {told}.")  # fmt: skip
DOUBLE = Text(
    "{n} dari yang terdaftar juga dibayar bantuan lain pada bulan terakhirnya: pastikan siapa yang "
    "membayar selanjutnya sebelum daftar ditetapkan.",
    "{n} of the enrolled were also paid by other aid in their last month: make sure who pays from "
    "now on before the list is fixed.",
)
UNPAID = Text(
    "{n} orang lain aktif menurut BPJS pada pembayar rencana ini, tetapi tidak satu pun iurannya "
    "tahun ini ada pada pembayaran yang diimpor: tidak dihitung terdaftar. Tanyakan cabang apakah "
    "berkasnya kurang atau statusnya terlambat.",
    "{n} more are active by the insurer at a payer of this plan, but none of their contributions "
    "of this year is in the payments imported: they are not enrolled. Ask the branch whether the "
    "file is short or the status late.",
)
#: Kind of a rule → what became of an enrolled person who fails it.
_FAILS = {"alive": "meninggal", "domicile": "pindah", "age": "usia", "not_pu": "kerja_formal",
          "no_double_payer": "pembayar_lain"}  # fmt: skip


@dataclass(frozen=True)
class Running:
    """The plan year up to the day of the data.

    Args:
        as_of: Day of the data.
        paid: One entry per aid payer of the plan: ``payer, persons, person_months, rupiah,
            again_rp, months``; rupiah is None where payments name no amounts, ``again_rp`` is the
            part of it that came a second time for the same person, month and programme.
        fates: Enrolled person → what became of them, of ``FATES``; whoever may go on is ``tetap``.
        double: Enrolled persons whom another aid payer paid for too in their last month.
        unpaid: Persons whom only the insurer's status calls active at a payer of the plan whose
            payments are there; they are not enrolled.
    """

    as_of: date
    paid: tuple[dict[str, Any], ...]
    fates: dict[str, str]
    double: frozenset[str]
    unpaid: int = 0

    def as_json(self, outcome: Outcome) -> dict[str, Any]:
        """Return the year so far and what the plan makes of the enrolled.

        Args:
            outcome: The solved base scenario.
        """
        behind, chosen, aged = set(outcome.ranked.not_first), _chosen(outcome), _aged(outcome)
        fates = Counter(
            "aturan" if p in behind else "usia" if f == "tetap" and p in aged
            else self._fate(p, f, chosen)
            for p, f in self.fates.items()
        )  # fmt: skip
        return {
            "until": f"{self.as_of:%Y-%m}", "paid": list(self.paid), "enrolled": len(self.fates),
            "fates": {name: fates[name] for name in FATES if fates[name]},
            "double": len(self.double), "unpaid": self.unpaid,
            "told": {lang: self._told(fates, lang) for lang in LANGS},
        }  # fmt: skip

    def _fate(self, person: str, fate: str, chosen: set[str] | None) -> str:
        return "pagu" if fate == "tetap" and chosen is not None and person not in chosen else fate

    def _told(self, fates: Counter[str], lang: Lang) -> list[str]:
        """Return the sentences."""
        last = (MONTHS_EN if lang == "en" else MONTHS_ID)[self.as_of.month - 1]
        told = [
            PAID.format(
                lang, last=last, year=self.as_of.year, payer=PAYERS[one["payer"]](lang),
                n=spelling.count(one["persons"], lang),
                months=spelling.count(one["person_months"], lang),
                money="" if one["rupiah"] is None
                else MONEY.format(lang, rp=spelling.rupiah(one["rupiah"], lang)),
            )
            for one in self.paid
        ]  # fmt: skip
        told += [
            AGAIN.format(lang, payer=PAYERS[one["payer"]](lang),
                         rp=spelling.rupiah(one["again_rp"], lang))
            for one in self.paid if one["again_rp"]
        ]  # fmt: skip
        parts = "; ".join(f"{spelling.count(fates[name], lang)} {words(lang)}"
                          for name, words in FATES.items() if fates[name])  # fmt: skip
        if self.fates:
            told.append(FATE.format(lang, n=spelling.count(len(self.fates), lang), told=parts))
        if self.double:
            told.append(DOUBLE.format(lang, n=spelling.count(len(self.double), lang)))
        if self.unpaid:
            told.append(UNPAID.format(lang, n=spelling.count(self.unpaid, lang)))
        return told


def _chosen(outcome: Outcome) -> set[str] | None:
    """Return who has a place, None for a plan by numbers."""
    return set(outcome.names.get_column("person_id")) if outcome.names.height else None


def _aged(outcome: Outcome) -> set[str]:
    """Return who passes the age limit before the first month planned: no money keeps them."""
    late = outcome.ranked.frame.filter(pl.col("end") < outcome.settings.begins)
    return set(late.get_column("person_id"))


def running(
    engine: DuckEngine, workspace: Workspace, basis: Basis, settings: PlanSettings, told: Evaluated
) -> Running | None:
    """Return the year so far; None before it has begun.

    Args:
        engine: Engine in which the basis was prepared; its views of files answer for all days
            afterwards.
        workspace: Workspace.
        basis: The basis.
        settings: The plan.
        told: What the rules say of the candidates.
    """
    if not settings.is_running:
        return None
    payers = ", ".join(f"'{p}'" for p in settings.payers)
    day = f"DATE '{basis.as_of.isoformat()}'"
    year = f"bulan BETWEEN DATE '{settings.year}-01-01' AND DATE '{basis.as_of.isoformat()}'"
    frame = engine.frame(f"""
        WITH mine AS (
          SELECT l.person_id, bool_or({ENROLS}) AS is_enrolled
          FROM ledger l LEFT JOIN ({year_payers_sql(day)}) y ON y.paid_payer = l.payer
          WHERE l.payer IN ({payers}) AND {year} GROUP BY l.person_id
        )
        SELECT m.person_id, m.is_enrolled, p.meninggal_on <= DATE '{basis.as_of}' AS is_dead,
          coalesce(s.is_active, false) AS is_active, coalesce(s.segments, '') AS segments
        FROM mine m JOIN persons p USING (person_id) LEFT JOIN status s USING (person_id)
        ORDER BY m.person_id""")
    marked = _judged(told)
    fates, double = {}, set()
    unpaid = frame.filter(~pl.col("is_enrolled") & ~pl.col("is_dead").fill_null(False)).height
    enrolled = frame.filter("is_enrolled").drop("is_enrolled")
    for person, is_dead, is_active, segments in enrolled.iter_rows():
        known = marked.get(person)
        if is_dead:
            fates[person] = "meninggal"
        elif known is not None:
            fates[person] = known[0]
            double |= {person} if known[1] else set()
        else:
            fates[person] = _elsewhere(is_active=is_active, segments=segments)
    paid = _paid(engine, workspace, settings, year)
    return Running(basis.as_of, paid, fates, frozenset(double), unpaid)


def _judged(told: Evaluated) -> dict[str, tuple[str, bool]]:
    """Return what the rules make of every enrolled candidate, and whether other aid paid too."""
    held = told.frame.filter(pl.col("is_enrolled"))
    doubles = [f"r:{r.id}" for r in told.rules if r.kind == "no_double_payer"]
    found = {}
    for row in held.iter_rows(named=True):
        fails = next((r.kind for r in told.rules if not row[f"p:{r.id}"]), None)
        fate = "tetap" if row["is_in"] else _FAILS.get(fails or "", "aturan")
        found[row["person_id"]] = (
            fate, any(str(row[name]).endswith(".other.check") for name in doubles)
        )  # fmt: skip
    return found


def _elsewhere(*, is_active: bool, segments: str) -> str:
    """Return why an enrolled person is no candidate any more."""
    if not is_active:
        return "aturan"
    return "mandiri" if segments == "bpu" else "kerja_formal"


def _paid(
    engine: DuckEngine, workspace: Workspace, settings: PlanSettings, year: str
) -> tuple[dict[str, Any], ...]:
    """Return what every aid payer of the plan paid for in the months that are over."""
    paid = f"FROM ledger WHERE evidence = 'paid' AND {year}"
    persons = dict(engine.frame(
        f"SELECT payer, count(DISTINCT person_id) {paid} GROUP BY payer").iter_rows())  # fmt: skip
    heads = engine.frame(f"""
        SELECT payer, strftime(bulan, '%Y-%m') AS bulan, count(DISTINCT person_id) AS n {paid}
        GROUP BY payer, bulan ORDER BY payer, bulan""")
    make_payment_lines(engine, workspace, workspace.store(settings.known), settings.known)
    # Office and insurer name the same payment, on other days or on none: the larger file counts.
    money = engine.frame(f"""
        SELECT payer, strftime(bulan, '%Y-%m') AS bulan, sum(rp)::BIGINT AS rupiah,
          sum(again)::BIGINT AS again
        FROM (
          SELECT payer, bulan, person_id, program, max(rp) AS rp, max(again) AS again FROM (
            SELECT payer, bulan, person_id, program, import_id, sum(amount_rp) AS rp,
              sum(amount_rp) - max(amount_rp) AS again
            FROM payment_lines WHERE {year} GROUP BY ALL) GROUP BY ALL) GROUP BY payer, bulan""")
    engine.drop("payment_lines")
    held = heads.join(money, on=["payer", "bulan"], how="left").sort("payer", "bulan")
    return tuple(
        _entry(payer, persons[payer], held.filter(pl.col("payer") == payer))
        for payer in settings.payers if payer in persons and payer in AID_PAYERS
    )  # fmt: skip


def _entry(payer: str, persons: int, months: pl.DataFrame) -> dict[str, Any]:
    """Return what one payer paid, whole and month by month."""
    named = months.get_column("rupiah").drop_nulls()
    return {
        "payer": payer, "persons": persons, "person_months": int(months.get_column("n").sum()),
        "rupiah": int(named.sum()) if len(named) else None,
        "again_rp": int(months.get_column("again").sum()),
        "months": [{"bulan": bulan, "persons": n, "rupiah": rp}
                   for bulan, n, rp in months.select("bulan", "n", "rupiah").iter_rows()],
    }  # fmt: skip
