"""Facts of a plan by hand: blocks of persons with prices of the law, and made-up people."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from cakup.documents.plan.facts import PlanFacts, PurseFacts
from cakup.documents.plan.office import Office
from cakup.documents.plan.tables import BLOCKS, bills, priced, rupiah, spans
from cakup.law.catalogue import built_in
from cakup.planning.settings import PUBLIC_PAYERS

ACCOUNTS = {
    "5.1.02.02.02.0006": "Belanja Iuran Jaminan Kecelakaan Kerja bagi Non ASN",
    "5.1.02.02.02.0007": "Belanja Iuran Jaminan Kematian bagi Non ASN",
}
BUDGET = {"jkk": "5.1.02.02.02.0006", "jkm": "5.1.02.02.02.0007"}
PEOPLE = {
    "person_id": pl.String, "purse": pl.String, "rank": pl.Int64, "nama": pl.String,
    "nik": pl.String, "tempat_lahir": pl.String, "tanggal_lahir": pl.Date,
    "jenis_kelamin": pl.String, "alamat": pl.String, "rt": pl.String, "rw": pl.String,
    "lingkungan": pl.String, "kode": pl.String, "kelurahan": pl.String, "kecamatan": pl.String,
    "pekerjaan": pl.String, "desil": pl.Int64, "telepon": pl.String, "proposers": pl.String,
    "is_kept": pl.Boolean, "first": pl.Date, "last": pl.Date, "months": pl.Int64,
    "rupiah": pl.Int64, "to_check": pl.Boolean, "sector": pl.String,
}  # fmt: skip


def facts(
    blocks: list[tuple[str, str, int, int, int]], payers: dict[str, str], *, year: int = 2025,
    office: Office | None = None, people: pl.DataFrame | None = None, is_final: bool = False,
    marks: tuple[str, ...] = (),
) -> PlanFacts:  # fmt: skip
    """Return facts of blocks ``(purse, sector, first, last, persons)``; prices are the law's."""
    frame = pl.DataFrame(blocks, schema=BLOCKS, orient="row")
    settings = {"year": year, "programmes": ["jkk", "jkm"],
                "purses": [{"id": k, "payer": v} for k, v in payers.items()]}  # fmt: skip
    made = priced(frame, settings, built_in())
    purses = tuple(
        PurseFacts(k, v, "", "", v in PUBLIC_PAYERS, {}, 10**12, "pasti") for k, v in payers.items()
    )
    held = people if people is not None else pl.DataFrame(schema=PEOPLE)
    return PlanFacts(
        "Kota Binjai", summary(frame, made, settings), office or an_office(), purses, held, frame,
        bills(made), spans(made), EXPECTED, marks, is_final,
    )  # fmt: skip


def an_office(**more: Any) -> Office:
    """Return an office with the accounts of the year."""
    held: dict[str, Any] = {
        "lines": ("Pemerintah Kota Binjai", "Dinas Tenaga Kerja"), "city": "Binjai",
        "accounts": ACCOUNTS, "budget": BUDGET, "numbering": {"sk": "{purse}/SK/{year}"},
    }  # fmt: skip
    return Office(**(held | more))


EXPECTED = {"deaths": [1.0, 2.0, 3.0], "jkm_rp": [1, 2, 3], "tables": ["TMI IV 2019", "TMPI 2023"]}


def summary(frame: pl.DataFrame, made: pl.DataFrame, settings: dict[str, Any]) -> dict[str, Any]:
    """Return what ``summary.json`` would hold, as far as papers ask for it."""
    months = frame.with_columns(n=(pl.col("last") - pl.col("first") + 1) * pl.col("persons"))
    purses = []
    for purse in settings["purses"]:
        mine = made.filter(pl.col("purse") == purse["id"])
        n = months.filter(pl.col("purse") == purse["id"])["n"].sum()
        purses.append({"id": purse["id"], "payer": purse["payer"], "person_months": int(n),
                       "spent_rp": rupiah(mine), "pagu_rp": 10**12, "left_rp": 0,
                       "eligible": "semua", "certainty": "pasti"})  # fmt: skip
    rp = {
        p["id"]: {f"{d:%Y-%m}": int(v) for d, v in bills(made).filter(pl.col("purse") == p["id"])
                  .group_by("bulan").agg(pl.col("rupiah").sum()).iter_rows()}
        for p in purses
    }  # fmt: skip
    base = {
        "id": "dasar", "title": "", "feasible": True, "persons": int(frame["persons"].sum()),
        "person_months": int(months["n"].sum()), "rupiah_total": rupiah(made), "rupiah": rp,
        "purses": purses, "ucj_dec31": 0.37, "ucj_avg12": 0.35, "covered_dec31": 49_145,
        "base_by_month": [40_000] * 12, "full_jkm_months": 10, "to_keep_rp_year": 1, "waiting": 5,
        "late_starters": 0, "exact": True, "gap": 0.0, "targets": [], "binding": [], "drawn": 0,
    }  # fmt: skip
    return {
        "id": "2025-nama-uji", "year": settings["year"], "stage": "nama", "as_of": "2025-10-31",
        "scenarios": [base], "programmes": settings["programmes"], "seed": 1, "yield": 1.0,
        "criteria": {"instrument": "Perwal uji", "title": "Uji"}, "target": None, "eligible": 100,
        "candidates": 200, "levers": [], "waterfall": [], "by_hand": {"added": 0, "removed": 0},
        "denominator": {"value": 132_826, "document": "Dokumen uji", "reading": "angkatan kerja"},
        "standing": {"active": {"firm": 1, "own": 2, "aid": 3},
                     "stay_year": {"firm": 0.9, "own": 0.7}},
        "january": {"text": "dari DPA baru", "question": "kapan?", "at_risk": "tidak ada",
                    "jkm_full_rp": 42_000_000, "last_safe_payment_on": "2025-03-31"},
        "settings": {"objectives": ["keep"]}, "blocks": [],
    }  # fmt: skip


def person(n: int, **more: Any) -> dict[str, Any]:
    """Return one fictitious person of a plan."""
    held = {
        "person_id": f"p{n:04d}", "purse": "kota", "rank": n, "nama": f"Rekaan Nomor{n}",
        "nik": f"127591140385{n:04d}", "tempat_lahir": "Binjai",
        "tanggal_lahir": date(1985, 3, 14), "jenis_kelamin": "L",
        "alamat": f"Jl. Rahasia No. {n}", "rt": None, "rw": None, "lingkungan": "Lingkungan IX",
        "kode": "12.75.01.1003", "kelurahan": "Nangka", "kecamatan": "Binjai Utara",
        "pekerjaan": "Pedagang | Petani", "desil": 1, "telepon": f"0812{n:08d}",
        "proposers": "Dinas Perdagangan", "is_kept": False, "first": date(2025, 1, 1),
        "last": date(2025, 12, 1), "months": 12, "rupiah": 201_600, "to_check": False,
        "sector": "other",
    }  # fmt: skip
    return held | more


def people(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return people as a frame."""
    return pl.DataFrame(rows, schema=PEOPLE)


def strings(value: Any) -> list[str]:
    """Return every text in the blocks of a paper, or in any plain value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for v in value.values() for s in strings(v)]
    if isinstance(value, list | tuple):
        return [s for v in value for s in strings(v)]
    return []


def named(n: int = 12, **more: object) -> PlanFacts:
    """Return a plan of ``n`` persons for the year and one alone in another kelurahan from March."""
    rows = [person(i) for i in range(n)]
    rows.append(
        person(n, kode="12.75.02.1006", kelurahan="Binjai", kecamatan="Binjai Kota",
               first=date(2025, 3, 1), months=10, rupiah=168_000, to_check=True,
               pekerjaan="Bilal mayit", proposers="Bagian Kesra; Dinas Sosial")
    )  # fmt: skip
    return facts(
        [("kota", "other", 1, 12, n), ("kota", "other", 3, 12, 1)], {"kota": "apbd_kabkota"},
        people=people(rows), **more,  # type: ignore[arg-type]
    )  # fmt: skip
