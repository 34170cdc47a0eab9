"""Telaahan Staf: the letter with which an office asks for the decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Block, Paper
from cakup.documents.plan.facts import PAYER_WORDS, PlanFacts, low_high, rp, short_rp, target_name
from cakup.kernel import spelling
from cakup.kernel.terbilang import rupiah_words


def telaahan(facts: PlanFacts) -> Paper:
    """Return the Telaahan Staf: question, assumptions, facts, analysis, conclusion, advice."""
    purses, totals = purse_rows(facts)
    return Paper(
        "telaahan-staf", f"Telaahan Staf: perlindungan pekerja rentan {facts.year}",
        [
            b.letterhead(),
            b.title("TELAAHAN STAF"),
            b.pairs([
                ("Kepada", f"Yth. Sekretaris Daerah {facts.place_name}"),
                ("Dari", facts.office.signatory("kepala_dinas")["jabatan"]),
                ("Tanggal", facts.office.day),
                ("Nomor", facts.office.number("letter", year=facts.year)),
                ("Sifat", "Penting"), ("Lampiran", "Satu halaman ringkasan, RKA, daftar skenario"),
                ("Hal", f"Rencana perlindungan pekerja rentan tahun anggaran {facts.year}"),
            ]),
            b.heading("I. Persoalan"), b.para(_question(facts)),
            b.heading("II. Praanggapan"), b.bullets(_assumed(facts), numbered=True),
            b.heading("III. Fakta yang mempengaruhi"), b.bullets(_facts(facts), numbered=True),
            b.heading("IV. Analisis"), *_analysis(facts, purses),
            b.heading("V. Simpulan"), b.para(_conclusion(facts)),
            b.heading("VI. Saran"), b.bullets(_advice(facts), numbered=True),
            *doubts(facts),
            b.signatures([facts.office.signatory("kepala_dinas")]),
            *copies(facts),
        ],
        group="telaahan", totals=totals, footer=facts.foot("Telaahan Staf"),
    )  # fmt: skip


def purse_rows(facts: PlanFacts) -> tuple[list[list[str]], dict[str, int]]:
    """Return one printed row per purse with a total, and what the rows add up to."""
    rows = []
    lines, months, rupiah = 0, 0, 0
    for purse in facts.purses:
        told = next(p for p in facts.base["purses"] if p["id"] == purse.id)
        heads = facts.purse_persons(purse)
        lines, months = lines + heads, months + int(told["person_months"])
        rupiah += int(told["spent_rp"])
        rows.append(
            [f"{PAYER_WORDS[purse.payer]} ({purse.id})", rp(purse.pagu_rp), rp(told["spent_rp"]),
             spelling.count(heads), spelling.count(told["person_months"]),
             purse.certainty or "belum dicatat"]
        )  # fmt: skip
    rows.append(["Jumlah", rp(sum(p.pagu_rp for p in facts.purses)), rp(rupiah),
                 spelling.count(lines), spelling.count(months), ""])  # fmt: skip
    return rows, {"lines": lines, "person_months": months, "rupiah": rupiah}


def purse_table(rows: list[list[str]]) -> Block:
    """Return the table of purses."""
    return b.table(
        ("Dompet", "Pagu", "Terpakai", "Orang", "Orang-bulan", "Kepastian"), rows,
        right=(1, 2, 3, 4), widths=(3.4, 3, 3, 1.4, 1.9, 3), total=True, small=True,
    )  # fmt: skip


def _question(facts: PlanFacts) -> str:
    s = facts.summary
    return (
        f"Dari {spelling.count(facts.workers)} pekerja "
        f"({s['denominator']['document']}){facts.doubt}, {spelling.count(facts.active)} "
        f"terlindungi pada {day(s['as_of'])}. Perlindungan yang dibayar APBD berakhir bersama "
        "anggarannya; tanpa keputusan, cakupan turun setiap Januari."
    )


def _assumed(facts: PlanFacts) -> list[str]:
    s = facts.summary
    stay = s["standing"]["stay_year"]
    return [
        f"Kriteria: {s['criteria']['title']} ({s['criteria']['instrument']}){facts.doubt}.",
        f"Bagian calon yang lolos verifikasi diperkirakan {spelling.percent(s['yield'], 0)}.",
        f"Peserta yang dibayar pemberi kerja bertahan {spelling.percent(stay['firm'])} setahun "
        f"dan peserta mandiri {spelling.percent(stay['own'])}, menurut dua belas bulan terakhir "
        "buku kepesertaan (perkiraan).",
        f"{facts.january['months']}: {facts.january['text']}"
        f"{facts.doubt if facts.january['question'] else ''}.",
    ]  # fmt: skip


def _facts(facts: PlanFacts) -> list[str]:
    s = facts.summary
    levers = [
        f"Tanpa APBD: {one['title']}, {spelling.count(one['persons'])} orang "
        f"({one['certainty']}); yang bertindak: {one['acts']}."
        for one in s["levers"] if one["persons"]
    ]  # fmt: skip
    return [
        f"{spelling.count(s['eligible'])} orang memenuhi kriteria dari "
        f"{spelling.count(s['candidates'])} calon yang diketahui.",
        *(f"Pagu {p['id']}: {rp(p['pagu_rp'])}, untuk "
          f"{p['eligible']}." for p in facts.base["purses"]),
        *facts.so_far, *levers,
    ]  # fmt: skip


def _analysis(facts: PlanFacts, purses: list[list[str]]) -> list[Block]:
    """Return what the money buys, and what else could be."""
    base, e = facts.base, facts.expected
    return [
        b.para(
            f"Dengan pagu itu {spelling.count(facts.persons)} orang terlindungi selama "
            f"{spelling.count(facts.person_months)} orang-bulan, biaya {rp(facts.rupiah)} "
            f"({rupiah_words(facts.rupiah)}). Cakupan pada 31 Desember {facts.year} menjadi "
            f"{spelling.percent(base['ucj_dec31'], 2)} dan rata-rata dua belas bulan "
            f"{spelling.percent(base['ucj_avg12'], 2)}. {_short(facts)}"
        ),
        purse_table(purses),
        b.para("Pilihan lain yang dihitung dengan cara yang sama:"),
        b.table(("Skenario", "Orang", "Biaya", "UCJ 31 Des", "Rata-rata"), _scenarios(facts),
                right=(1, 2, 3, 4), widths=(5, 1.6, 3, 1.8, 1.8), small=True),
        b.para(
            "Manfaat yang dapat diharapkan setahun (perkiraan, bukan janji): kematian "
            f"{low_high(e['deaths'])} orang, santunan JKM "
            f"{short_rp(e['jkm_rp'][0])}–{short_rp(e['jkm_rp'][2])}, menurut "
            f"{' dan '.join(e['tables'])}."
        ),
    ]  # fmt: skip


def _short(facts: PlanFacts) -> str:
    """Say how far the target aimed at is."""
    aimed = aimed_at(facts)
    if aimed is None:
        return ""
    short, whole = int(aimed["short_dec31"]), spelling.count(int(aimed["target_persons"]))
    if not short:
        return f"Target {target_name(aimed)} ({whole} orang) tercapai."
    less = spelling.count(short)
    return f"Target {target_name(aimed)} ({whole} orang) kurang {less} orang pada 31 Desember."


def aimed_at(facts: PlanFacts) -> Mapping[str, Any] | None:
    """Return the target that the plan aims at."""
    held = facts.base["targets"]
    return next((t for t in held if t["id"] == facts.summary["target"]), None)


def _scenarios(facts: PlanFacts) -> list[list[str]]:
    return [
        [o["title"] or o["id"], spelling.count(o["persons"]), spelling.rupiah(o["rupiah_total"]),
         spelling.percent(o["ucj_dec31"], 2), spelling.percent(o["ucj_avg12"], 2)]
        for o in facts.summary["scenarios"] if o["feasible"]
    ]  # fmt: skip


def _conclusion(facts: PlanFacts) -> str:
    kept = "keep" in facts.summary["settings"]["objectives"]
    first = f"mendahulukan {facts.january['whom']}, " if kept else ""
    return (
        f"Rencana ini dapat dibiayai dalam pagu, {first}dan tidak membayar pekerja yang menjadi "
        "kewajiban pemberi kerja. Untuk mempertahankannya tahun berikutnya diperlukan "
        f"{rp(facts.base['to_keep_rp_year'])} (perkiraan: peserta Desember × 12 bulan, harga "
        "APBD)."
    )


def _advice(facts: PlanFacts) -> list[str]:
    what = ("rekening, sub kegiatan, dan cara membayar Januari–Maret"
            if facts.january["question"] else "rekening dan sub kegiatan")  # fmt: skip
    asked = (
        [] if facts.is_final
        else [f"Meminta BPKAD menegaskan {what}."]
    )  # fmt: skip
    return [
        f"Menetapkan penerima dengan {facts.decree}, satu per sumber dana, "
        f"{facts.january['decide_by']}.",
        f"Membayar iuran paling lambat {day(facts.january['last_safe_payment_on'])} "
        f"agar {facts.january['whom']} tidak berhenti aktif.",
        *asked,
        "Menindaklanjuti pemberi kerja yang belum mendaftarkan pekerjanya.",
    ]  # fmt: skip


def doubts(facts: PlanFacts) -> list[Block]:
    """Return the note about what is not sure; a FINAL has none."""
    if not facts.marks:
        return []
    words = "; ".join(facts.mark_words.get(m, m) for m in facts.marks)
    return facts.draft(b.mark(f"Belum dikonfirmasi: {words}."))


def copies(facts: PlanFacts) -> list[Block]:
    """Return whom the letter goes to besides."""
    if not facts.office.copies:
        return []
    return [b.para("Tembusan:"), b.bullets(facts.office.copies, numbered=True)]


def day(iso: str) -> str:
    """Return an ISO day as it is spelled."""
    return spelling.day(date.fromisoformat(iso))
