"""Monthly realisation, official rows (RPJMD, RKPD, IKD, LKPJ), Paritrana evidence."""

from __future__ import annotations

import polars as pl

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Book, Paper
from cakup.documents.plan.facts import PAYER_WORDS, PlanFacts, PurseFacts, rp
from cakup.documents.plan.letters import day
from cakup.documents.plan.office import READY_WORDS
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID
from cakup.sheets import ColumnOut, SheetOut

#: Columns that the office fills each month: name, header, width.
REALISATION = (
    ("ditagih", "Orang ditagih", 10), ("dibayar", "Orang dibayar", 10), ("aktif", "Orang aktif", 9),
    ("masuk", "Masuk", 8), ("meninggal", "Keluar: meninggal", 11), ("pindah", "Keluar: pindah", 9),
    ("usia", "Keluar: usia", 8), ("formal", "Keluar: kerja formal", 10),
    ("ganda", "Keluar: ganda", 9), ("realisasi", "Realisasi (Rp)", 15),
    ("deviasi", "Deviasi = realisasi − RAK (Rp)", 15), ("sp2d", "SP2D nomor dan tanggal", 20),
    ("klaim_jkk", "Klaim JKK (orang)", 9), ("klaim_jkk_rp", "Klaim JKK (Rp)", 14),
    ("klaim_jkm", "Klaim JKM (orang)", 9), ("klaim_jkm_rp", "Klaim JKM (Rp)", 14),
    ("masalah", "Permasalahan", 26), ("verifikator", "Catatan verifikator", 20),
)  # fmt: skip
REALISATION_GUIDE = (
    "Cara mengisi realisasi bulanan",
    "Satu baris per sumber dana dan bulan. Kolom Orang (rencana) dan RAK berasal dari rencana; "
    "kolom kuning diisi dinas setelah rekonsiliasi dengan BPJS Ketenagakerjaan.",
    "Tutup sebelum tanggal 10 bulan berikutnya; laporan triwulan kepada Mendagri memakai jumlah "
    "yang sama. Bulan Desember ditutup 31 Desember.",
    "Orang ditagih = pada tagihan BPJS; dibayar = pada SP2D; aktif = menurut BPJS pada akhir "
    "bulan. Bila ketiganya berbeda, tulis sebabnya pada Permasalahan.",
    "Klaim dihitung menurut bulan pembayaran santunan, bukan bulan kejadian.",
)


def realisation_book(facts: PlanFacts) -> Book:
    """Return the form of monthly realisation: the plan's persons and rupiah filled in."""
    lines = [line for purse in facts.purses for line in _months(facts, purse)]
    schema = {
        "bulan": pl.String, "sumber": pl.String, "opd": pl.String, "orang": pl.Int64,
        "rak": pl.Int64, **dict.fromkeys((n for n, _, _ in REALISATION), pl.String),
    }  # fmt: skip
    frame = pl.DataFrame(lines, schema=schema)
    columns = [
        ColumnOut("bulan", "Bulan", width=16), ColumnOut("sumber", "Sumber dana", width=24),
        ColumnOut("opd", "OPD", width=14),
        ColumnOut("orang", "Orang (rencana)", "count", width=11, has_total=True),
        ColumnOut("rak", "RAK (Rp)", "rupiah", width=16, has_total=True),
        *(ColumnOut(n, t, width=w, is_input=True) for n, t, w in REALISATION),
    ]  # fmt: skip
    sheet = SheetOut(
        "Realisasi", frame, columns, freeze_columns=2,
        above=[[f"Realisasi bulanan bantuan iuran {facts.year}, {facts.place_name}{facts.state}"],
               ["Ditutup sebelum tanggal 10 bulan berikutnya; kolom kuning diisi"], [None]],
    )  # fmt: skip
    return Book(
        "realisasi-bulanan", [sheet, *_paid(facts)], guide=REALISATION_GUIDE, group="realisasi",
        totals={"person_months": int(frame["orang"].sum()), "rupiah": int(frame["rak"].sum())},
    )  # fmt: skip


def _paid(facts: PlanFacts) -> list[SheetOut]:
    """Return what the ledger says of the months that are over; nothing before the year began."""
    running = facts.summary.get("running")
    if not running:
        return []
    schema = {"bulan": pl.String, "pembayar": pl.String, "orang": pl.Int64, "rupiah": pl.Int64}
    rows = [
        (f"{MONTHS_ID[int(one['bulan'][5:]) - 1]} {facts.year}", PAYER_WORDS[told["payer"]],
         one["persons"], one["rupiah"])
        for told in running["paid"] for one in told["months"]
    ]  # fmt: skip
    columns = [
        ColumnOut("bulan", "Bulan", width=16), ColumnOut("pembayar", "Pembayar", width=20),
        ColumnOut("orang", "Orang dibayar", "count", width=14, has_total=True),
        ColumnOut("rupiah", "Realisasi (Rp)", "rupiah", width=18, has_total=True),
    ]  # fmt: skip
    above: list[list[str | None]] = [
        [f"Sudah dibayar menurut pembayaran yang diimpor, {facts.year}, {facts.place_name}"],
        ["Untuk dicocokkan dengan SP2D; dompet yang pembayarnya sama dijumlah"], [None],
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return [SheetOut("Sudah dibayar", frame, columns, above=above)]


def _months(facts: PlanFacts, purse: PurseFacts) -> list[dict[str, object]]:
    """Return the rows of a purse, a month each; months that are over have none."""
    heads = facts.heads(purse)
    cash = facts.bills.filter(pl.col("purse") == purse.id)
    by = dict(cash.group_by("bulan").agg(pl.col("rupiah").sum()).iter_rows())
    return [
        {"bulan": f"{MONTHS_ID[m - 1]} {facts.year}", "sumber": f"{purse.source} ({purse.id})",
         "opd": purse.opd, "orang": heads[m - 1],
         "rak": sum(int(v) for d, v in by.items() if d.month == m),
         **dict.fromkeys((n for n, _, _ in REALISATION), None)}
        for m in range(1, 13) if m > facts.months_over or heads[m - 1]
    ]  # fmt: skip


HEADS = ("Dokumen", "Indikator", "Keadaan awal", "Target", "Pagu indikatif", "Realisasi", "Capaian",
         "OPD")  # fmt: skip
LATER = "diisi kemudian"


def official_rows(facts: PlanFacts) -> Paper:
    """Return rows for RPJMD, RKPD, IKD and LKPJ, each with its own definition beside it."""
    s = facts.summary
    return Paper(
        "baris-resmi", f"Baris RPJMD, RKPD, IKD, dan LKPJ {facts.year}",
        [
            b.title("Baris dokumen perencanaan dan pertanggungjawaban",
                    f"{facts.place_name}, tahun {facts.year}"),
            b.table(HEADS, official_table(facts), right=(2, 3, 4, 5, 6),
                    widths=(2, 6, 2.2, 2.4, 3.2, 2, 2, 1.8)),
            b.heading("Batasan yang dipakai", 2),
            b.bullets([
                f"Pembilang: peserta aktif ber-KTP {facts.place_name}, PU, BPU, dan jasa "
                "konstruksi, pada satu hari; keadaan awal pada tanggal data, target pada 31 "
                "Desember.",
                f"Penyebut: {spelling.count(facts.workers)} ({s['denominator']['reading']}; "
                f"{s['denominator']['document']}){facts.doubt}.",
                "Cakupan pekerja rentan: penerima rencana dibagi "
                f"{spelling.count(s['eligible'])} orang yang diketahui memenuhi kriteria; bukan "
                "seluruh pekerja rentan kota.",
                *_below(facts),
                "06.02.021 memakai semesta PBPU yang tidak diketahui di sini; angkanya tidak "
                "diisi.",
            ]),
            *facts.draft(b.mark("Belum dikonfirmasi: lembar metadata resmi indikator; baris ini "
                                "memakai batasan di atas.")),
        ],
        landscape=True, group="baris-resmi",
        totals={"persons": facts.persons, "person_months": sum(facts.heads()),
                "rupiah": _spent(facts)},
        footer=facts.foot("Baris resmi"),
    )  # fmt: skip


def _spent(facts: PlanFacts) -> int:
    """Return the money of the rows: what all purses spend."""
    return sum(int(p["spent_rp"]) for p in facts.base["purses"])


def _below(facts: PlanFacts) -> list[str]:
    """Say why a target may lie below where the city stands today."""
    covered = int(facts.base["covered_dec31"])
    if covered >= facts.active:
        return []
    alone = spelling.percent(facts.base["base_by_month"][-1] / facts.workers, 2)
    return [
        f"Target di bawah keadaan awal: tanpa rencana {alone} (perkiraan), sebab bantuan yang "
        "sudah dibayar berakhir dan sebagian peserta berhenti; target adalah yang dicapai rencana "
        "ini."
    ]


def official_table(facts: PlanFacts) -> list[list[str]]:
    """Return the rows: document, indicator, start, target, pagu, realised, reached, office."""
    base, opd = facts.base, "Disnaker"
    start, target = (
        spelling.percent(facts.active / facts.workers, 2),
        spelling.percent(base["ucj_dec31"], 2),
    )
    own = spelling.percent(facts.persons / max(int(facts.summary["eligible"]), 1), 2)
    heads, pagu = spelling.count(facts.persons), rp(_spent(facts))
    months = spelling.count(sum(facts.heads()))
    return [
        ["RPJPN/RPJMD", "Cakupan kepesertaan jaminan sosial ketenagakerjaan "
                        "(%)", start, target, "–",
         LATER, LATER, "Bappeda"],
        ["RPJMD", "Cakupan kepesertaan jaminan sosial ketenagakerjaan bagi pekerja rentan "
                  "(%)", "–", own,
         "–", LATER, LATER, "Bappeda"],
        ["RKPD/Renja", f"Pekerja rentan yang iurannya dibayar ({months} orang-bulan)", "–",
         f"{heads} orang", pagu, LATER, LATER, opd],
        ["RKPD/Renja", "Peserta aktif pada 31 Desember", f"{spelling.count(facts.active)} orang",
         f"{spelling.count(base['covered_dec31'])} orang", "termasuk di atas", LATER, LATER, opd],
        ["IKD", "Cakupan kepesertaan jaminan sosial ketenagakerjaan (%)", start, target, "–", LATER,
         "realisasi ÷ target", "Bappeda"],
        ["LKPJ", "Cakupan kepesertaan, target dan realisasi tahun berjalan "
                 "(%)", start, target, pagu,
         LATER, "realisasi ÷ target", "Bappeda"],
        ["KRIP 06.02.021", "Peserta JKK dan JKM segmen PBPU ÷ semesta PBPU × 100 (SDG "
                           "8.8.1.(a))", "–",
         "tidak diketahui", "–", LATER, LATER, "Bappeda"],
    ]  # fmt: skip


def official_book(facts: PlanFacts) -> Book:
    """Return the same rows as a workbook, for copying."""
    frame = pl.DataFrame(official_table(facts), schema=list(HEADS), orient="row")
    columns = [ColumnOut(h, h, width=w, is_wrapped=True) for h, w in
               zip(HEADS, (16, 52, 16, 18, 22, 16, 18, 12), strict=True)]  # fmt: skip
    return Book(
        "baris-resmi",
        [SheetOut("Baris", frame, columns,
                  above=[[f"Baris RPJMD, RKPD, IKD, dan LKPJ {facts.year}, {facts.place_name}"
                          f"{facts.state}"], [None]])],
    )  # fmt: skip


#: Evidence that only the office can give.
TO_FILL = ("Inovasi", "Surat edaran dan forum kepatuhan", "CSR/TJSL dan SERTAKAN",
           "Non-ASN dan RT/RW terlindungi", "Pertumbuhan peserta")  # fmt: skip


def paritrana(facts: PlanFacts) -> Paper:
    """Return the evidence for the Paritrana Award, without weights: those are not known."""
    s, base = facts.summary, facts.base
    active = s["standing"]["active"]
    rows, totals = _sources(facts)
    return Paper(
        "paritrana", f"Ringkasan bukti Paritrana {facts.year}",
        [
            b.title(f"Ringkasan bukti Paritrana Award {facts.year}",
                    f"{facts.place_name}, masa penilaian 1 Januari–31 Desember {facts.year}"),
            b.heading("1. Regulasi dan perjanjian"),
            b.table(("Dokumen", "Nomor", "Tanggal", "Bukti"), _papers(facts), widths=(6, 4, 3, 3)),
            b.heading("2. Cakupan"),
            b.table(("Ukuran", "Nilai"), [
                [f"Peserta aktif pada {day(s['as_of'])}", spelling.count(facts.active)],
                ["– dibayar pemberi kerja", spelling.count(active["firm"])],
                ["– mandiri", spelling.count(active["own"])],
                ["– dibayar bantuan", spelling.count(active["aid"])],
                [f"Penyebut ({s['denominator']['document']}){facts.doubt}",
                 spelling.count(facts.workers)],
                ["Cakupan pada tanggal data", spelling.percent(facts.active / facts.workers, 2)],
                [f"Cakupan menurut rencana, 31 Desember {facts.year}",
                 spelling.percent(base["ucj_dec31"], 2)],
                ["Cakupan menurut rencana, rata-rata dua belas bulan",
                 spelling.percent(base["ucj_avg12"], 2)],
            ], right=(1,), widths=(9, 3)),
            b.heading("3. Anggaran menurut sumber dan OPD"),
            b.table(("Sumber", "OPD", "Pagu", "Rencana", "Orang", "Orang-bulan"), rows,
                    right=(2, 3, 4, 5),
                    widths=(3.2, 2.4, 3.2, 3.2, 1.5, 2), total=True, small=True),
            b.heading("4. Kepatuhan dan dukungan tanpa APBD"), b.bullets(_levers(facts)),
            b.heading("5. Inovasi, forum kepatuhan, CSR, pertumbuhan tahunan"),
            b.table(("Uraian", "Tahun lalu", "Tahun ini", "Bukti"),
                    [[t, "", "", ""] for t in TO_FILL], widths=(5, 3, 3, 4)),
            b.note("Bobot penilaian tidak diketahui; halaman ini kumpulan bukti, bukan nilai. "
                   "Baris kosong diisi dinas."),
        ],
        group="paritrana", totals=totals, footer=facts.foot("Bukti Paritrana"),
    )  # fmt: skip


def _papers(facts: PlanFacts) -> list[list[str]]:
    held = facts.office.ready
    return [
        [READY_WORDS[k], held.get(k, {}).get("number") or "belum ada",
         day(held[k]["date"]) if held.get(k, {}).get("date") else "–", ""]
        for k in ("perwal", "pks", "dpa")
    ]  # fmt: skip


def _sources(facts: PlanFacts) -> tuple[list[list[str]], dict[str, int]]:
    """Return money by source and office with a total, and what it adds up to."""
    rows, lines, months, rupiah = [], 0, 0, 0
    for purse in facts.purses:
        told = next(p for p in facts.base["purses"] if p["id"] == purse.id)
        heads = facts.purse_persons(purse)
        lines, months = lines + heads, months + int(told["person_months"])
        rupiah += int(told["spent_rp"])
        rows.append([f"{purse.source} ({purse.id})", purse.opd or "–", rp(purse.pagu_rp),
                     rp(told["spent_rp"]), spelling.count(heads),
                     spelling.count(told["person_months"])])  # fmt: skip
    rows.append(["Jumlah", "", rp(sum(p.pagu_rp for p in facts.purses)), rp(rupiah),
                 spelling.count(lines), spelling.count(months)])  # fmt: skip
    return rows, {"lines": lines, "person_months": months, "rupiah": rupiah}


def _heads(persons: int | None) -> str:
    return "belum ada data" if persons is None else f"{spelling.count(persons)} orang"


def _levers(facts: PlanFacts) -> list[str]:
    return [
        f"{one['title']}: {_heads(one['persons'])} ({one['certainty']})"
        for one in facts.summary["levers"]
    ]  # fmt: skip
