"""KAK/RAB: terms of reference with the cost estimate."""

from __future__ import annotations

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Block, Paper
from cakup.documents.plan.budget import budget_rows, person_months, total_rp
from cakup.documents.plan.facts import PlanFacts, rp
from cakup.documents.plan.letters import day, doubts
from cakup.documents.plan.office import DOTS
from cakup.kernel import spelling
from cakup.kernel.terbilang import rupiah_words

GROUNDS = (
    "Undang-Undang Nomor 40 Tahun 2004 tentang Sistem Jaminan Sosial Nasional",
    "Undang-Undang Nomor 24 Tahun 2011 tentang Badan Penyelenggara Jaminan Sosial",
    "Peraturan Pemerintah Nomor 44 Tahun 2015 jo. Nomor 49 Tahun 2023 tentang Program JKK dan JKM",
    "Instruksi Presiden Nomor 2 Tahun 2021 tentang Optimalisasi Pelaksanaan Program Jaminan "
    "Sosial Ketenagakerjaan",
    "Instruksi Presiden Nomor 8 Tahun 2025 (penanggulangan kemiskinan)",
    "Pedoman penyusunan APBD tahun anggaran yang bersangkutan (nomor diisi Bagian Hukum)",
)
STEPS = (
    ("Pendataan dan usulan", "September–November", "OPD, kelurahan"),
    ("Verifikasi Disdukcapil, Dinsos, BPJS", "Oktober–Desember", "Disnaker"),
    ("Keputusan kepala daerah", "Desember", "Bagian Hukum"),
    ("Pembayaran iuran", "setiap bulan, sebelum tanggal 15", "bendahara"),
    ("Rekonsiliasi dan laporan", "sebelum tanggal 10 bulan berikutnya", "Disnaker, BPJS"),
)


def _steps(facts: PlanFacts) -> tuple[tuple[str, str, str], ...]:
    """Return the steps; in the running year the lists are there and payments were looked at."""
    if facts.january["question"]:
        return STEPS
    return (
        ("Pemeriksaan pembayaran, kematian, dan pembayar ganda",
         f"keadaan {day(facts.summary['as_of'])}", "Disnaker, BPJS"),
        ("Keputusan kepala daerah", facts.january["decide_by"], "Bagian Hukum"),
        *STEPS[3:],
    )  # fmt: skip


def kak(facts: PlanFacts) -> Paper:
    """Return the terms of reference with the cost estimate."""
    rows, totals = _cost(facts)
    g = facts.office.budget
    return Paper(
        "kak-rab", f"KAK dan RAB perlindungan pekerja rentan {facts.year}",
        [
            b.letterhead(),
            b.title("KERANGKA ACUAN KERJA",
                    f"Perlindungan jaminan sosial pekerja rentan {facts.year}",
                    f"Nomor {facts.office.number('kak', year=facts.year)}"),
            b.pairs([
                ("Program", g.get("program") or DOTS), ("Kegiatan", g.get("kegiatan") or DOTS),
                ("Sub kegiatan", (g.get("sub_kegiatan") or DOTS) + facts.doubt),
                ("Pagu", rp(sum(p.pagu_rp for p in facts.purses))),
            ]),
            b.heading("1. Dasar hukum"), b.bullets(GROUNDS, numbered=True),
            b.heading("2. Gambaran umum"),
            b.para(
                f"{facts.place_name} merencanakan perlindungan {facts.programmes} bagi "
                f"{spelling.count(facts.persons)} pekerja rentan bukan penerima upah pada tahun "
                f"{facts.year}, dari {spelling.count(facts.summary['eligible'])} orang yang "
                f"memenuhi kriteria {facts.summary['criteria']['instrument']}{facts.doubt}."
            ),
            b.heading("3. Penerima manfaat"), *_beneficiaries(facts),
            b.heading("4. Keluaran dan indikator"), b.bullets(_outputs(facts), numbered=True),
            b.heading("5. Tahapan"),
            b.table(("Tahap", "Waktu", "Pelaksana"), _steps(facts), widths=(5, 4.4, 3)),
            b.para(f"Pembayaran terakhir yang aman bagi {facts.january['whom']}: "
                   f"{day(facts.january['last_safe_payment_on'])}{facts.doubt}."),
            b.heading("6. Rencana anggaran biaya"),
            b.table(("Sumber dana", "Uraian", "Koefisien", "Harga (Rp)", "Jumlah (Rp)"), rows,
                    right=(3, 4), total=True, widths=(2.8, 5, 3.6, 1.9, 2.6), small=True),
            b.para(f"Terbilang: {rupiah_words(totals['rupiah'])}."),
            *doubts(facts),
            b.signatures([facts.office.signatory("kepala_dinas")], facts.office.place_date),
        ],
        group="kak", totals=totals, footer=facts.foot("KAK dan RAB"),
    )  # fmt: skip


def _cost(facts: PlanFacts) -> tuple[list[list[str]], dict[str, int]]:
    """Return the printed rows of the cost estimate and what they add up to."""
    printed, months, rupiah = [], 0, 0
    for purse in facts.purses:
        rows = budget_rows(facts, purse)
        months, rupiah = months + person_months(rows), rupiah + total_rp(rows)
        printed += [
            ["" if n else f"{purse.source} ({purse.id})", f"Iuran {r.programme.upper()}",
             r.coefficient, spelling.count(r.price_rp), spelling.count(r.amount_rp)]
            for n, r in enumerate(rows)
        ]  # fmt: skip
        if len(facts.purses) > 1:
            sum_of = f"Jumlah {purse.source} ({purse.id})"
            printed.append(["", sum_of, "", "", spelling.count(total_rp(rows))])
    printed.append(["Jumlah", "", "", "", spelling.count(rupiah)])
    return printed, {"person_months": months, "rupiah": rupiah}


def _beneficiaries(facts: PlanFacts) -> list[Block]:
    """Return how many stay after every rule."""
    rows = [
        [w["asks"], spelling.count(w["before"]),
         spelling.count(sum(one["persons"] for one in w["out"])),
         spelling.count(w["after"]), spelling.count(w["to_check"])]
        for w in facts.summary["waterfall"]
    ]  # fmt: skip
    return [
        b.table(("Syarat", "Sebelum", "Keluar", "Tetap", "Perlu dicek"), rows, right=(1, 2, 3, 4),
                widths=(7, 1.6, 1.6, 1.6, 1.9), small=True)
    ]  # fmt: skip


def _outputs(facts: PlanFacts) -> list[str]:
    return [
        f"{spelling.count(facts.person_months)} orang-bulan iuran terbayar.",
        f"Cakupan 31 Desember {spelling.percent(facts.base['ucj_dec31'], 2)} dan rata-rata dua "
        f"belas bulan {spelling.percent(facts.base['ucj_avg12'], 2)} dari "
        f"{spelling.count(facts.workers)} pekerja{facts.doubt}.",
        f"{spelling.count(facts.base['full_jkm_months'])} orang-bulan dengan JKM "
        f"penuh{facts.doubt}.",
    ]  # fmt: skip
