"""Annex of the PKS with BPJS Ketenagakerjaan: participants per source, monthly bill, duties."""

from __future__ import annotations

import polars as pl

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Paper
from cakup.documents.plan.facts import PlanFacts, rp
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID
from cakup.kernel.terbilang import rupiah_words

#: Duties of both sides, as agreements of other regions name them; legal offices finish the text.
AGREED = (
    "BPJS Ketenagakerjaan menerbitkan kode iuran per sumber dana, dan kartu peserta paling "
    "lambat tujuh hari setelah pembayaran.",
    "Perubahan peserta (meninggal, pindah, bekerja pada perusahaan, melewati batas umur) "
    "disampaikan setiap bulan; tempatnya diisi menurut daftar tunggu.",
    "Rekonsiliasi peserta ditagih, dibayar, dan aktif selesai sebelum tanggal 10 bulan berikutnya.",
    "Satu NIK dibayar satu sumber bantuan untuk satu bulan dan program; yang ganda dikembalikan "
    "sebelum pembayaran.",
    "Data pribadi hanya dipakai untuk pendaftaran, pembayaran, dan klaim (UU 27/2022); daftar "
    "nama menyertai keputusan, tidak menyertai lampiran ini.",
)


def pks_annex(facts: PlanFacts) -> Paper:
    """Return the annex of the agreement."""
    rows, lines = _sources(facts)
    bills, months, total = _bills(facts)
    office = facts.office
    return Paper(
        "pks-lampiran", f"Lampiran Perjanjian Kerja Sama {facts.year}",
        [
            b.title("LAMPIRAN PERJANJIAN KERJA SAMA",
                    f"{facts.place_name} dan BPJS Ketenagakerjaan, tahun {facts.year}",
                    f"Nomor {office.number('pks', year=facts.year)}"),
            b.heading("A. Peserta dan sumber dana"),
            b.table(("Sumber dana", facts.decree, "Peserta", "Orang-bulan", "Iuran"), rows,
                    right=(2, 3, 4), widths=(3.4, 3.2, 1.7, 2, 3.4), total=True),
            b.heading("B. Tagihan bulanan"),
            b.table(("Bulan iuran", "Peserta", "Tagihan"), bills, right=(1, 2), total=True,
                    widths=(4, 3, 4)),
            b.para(f"Terbilang: {rupiah_words(total)}."),
            b.heading("C. Yang disepakati"),
            b.bullets(AGREED, numbered=True),
            *facts.draft(b.mark(
                "KONSEP: pasal-pasal mengikuti naskah PKS yang disahkan Bagian Hukum. Belum "
                "dikonfirmasi: harga iuran, dan mulai perlindungan sebelum tanggal PKS."
            )),
            b.signatures([office.signatory("kepala_dinas"), office.signatory("bpjs")],
                         office.place_date),
        ],
        group="pks", totals={"lines": lines, "person_months": months, "rupiah": total},
        footer=facts.foot("Lampiran PKS"),
    )  # fmt: skip


def _sources(facts: PlanFacts) -> tuple[list[list[str]], int]:
    """Return one row per source with a total, and the persons in it."""
    rows, lines, months, rupiah = [], 0, 0, 0
    for purse in facts.purses:
        told = next(p for p in facts.base["purses"] if p["id"] == purse.id)
        heads = facts.purse_persons(purse)
        lines, months = lines + heads, months + told["person_months"]
        rupiah += told["spent_rp"]
        rows.append([f"{purse.source} ({purse.id})", purse.number(facts.office, facts.year),
                     spelling.count(heads), spelling.count(told["person_months"]),
                     rp(told["spent_rp"])])  # fmt: skip
    rows.append(["Jumlah", "", spelling.count(lines), spelling.count(months), rp(rupiah)])
    return rows, lines


def _bills(facts: PlanFacts) -> tuple[list[list[str]], int, int]:
    """Return the bill of every month with a total, its person-months and rupiah."""
    by_month = facts.bills.group_by("bulan").agg(pl.col("rupiah").sum()).sort("bulan")
    heads, rows, months, total = facts.heads(), [], 0, 0
    for day, rupiah in by_month.iter_rows():
        here = heads[day.month - 1]
        months, total = months + here, total + int(rupiah)
        rows.append([f"{MONTHS_ID[day.month - 1]} {day.year}", spelling.count(here),
                     rp(int(rupiah))])  # fmt: skip
    rows.append(["Jumlah orang-bulan dan tagihan", spelling.count(months), rp(total)])
    return rows, months, total
