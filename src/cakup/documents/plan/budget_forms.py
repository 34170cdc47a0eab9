"""The budget form of every purse (RKA, DPA, RKPA, DPPA), and its workbook.

The body follows the form that public budgeting software prints (``RINCIAN BELANJA SKPD``); it was
not compared with a printed form, so a KONSEP says so.
"""

from __future__ import annotations

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Block, Book, Paper
from cakup.documents.plan.budget import (
    NO_ACCOUNT,
    BudgetRow,
    budget_rows,
    cash_sheet,
    cash_table,
    changed_rows,
    person_months,
    printed_rows,
    rka_sheet,
    total_rp,
)
from cakup.documents.plan.facts import PlanFacts, PurseFacts, rp, span
from cakup.documents.plan.office import DOTS, TAPD_ROWS
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID
from cakup.kernel.terbilang import rupiah_words

TOTAL = "Jumlah anggaran sub kegiatan"


def rka_papers(facts: PlanFacts) -> list[Paper]:
    """Return the budget form of every purse."""
    return [_form(facts, purse) for purse in facts.purses]


def form_name(facts: PlanFacts, purse: PurseFacts) -> str:
    """Return which form a purse needs."""
    if not purse.is_city_budget:
        return "RENCANA PEMBIAYAAN"
    is_change = bool(facts.office.budget_of(purse.id).get("change_of"))
    if facts.is_final:
        return "DPPA" if is_change else "DPA"
    return "RKPA" if is_change else "RKA"


def _form(facts: PlanFacts, purse: PurseFacts) -> Paper:
    """Return one form: head, performance, rows, cash plan, TAPD, signatures."""
    form, rows = form_name(facts, purse), budget_rows(facts, purse)
    total, (heads, cash, _) = total_rp(rows), cash_table(facts, purse)
    what = (
        "RINCIAN BELANJA SKPD"
        if purse.is_city_budget
        else f"SUMBER {purse.source.upper()}, {NO_ACCOUNT.upper()}"
    )
    return Paper(
        f"rka-{purse.id}", f"{form} {facts.year}, {purse.source} ({purse.id})",
        [
            b.letterhead(),
            b.title(f"{form} – {what}",
                    f"Pemerintah {facts.place_name} · Tahun Anggaran {facts.year}"),
            b.pairs(_head(facts, purse, total)),
            *facts.draft(b.mark(_sure(purse))),
            b.table(("Indikator", "Tolok ukur kinerja", "Target"),
                    _performance(facts, purse, total), widths=(2.2, 7, 4), small=True),
            b.heading("Rincian belanja", 2),
            _rows(facts, purse, rows),
            b.para(f"Terbilang: {rupiah_words(total)}."),
            b.together([
                b.heading("Rencana anggaran kas", 2),
                b.table(heads, cash, right=tuple(range(1, 14)), total=True, small=True,
                        widths=(2.5, *([1.5] * 12), 1.9)),
            ]),
            b.together([
                *_tapd(facts, purse),
                b.signatures(_signers(facts, purse), facts.office.place_date),
            ]),
        ],
        landscape=True, group="rka", purse=purse.id,
        totals={"lines": facts.purse_persons(purse), "person_months": person_months(rows),
                "rupiah": total},
        footer=facts.foot(f"{form} {facts.year} {purse.source} ({purse.id})"),
    )  # fmt: skip


def _rows(facts: PlanFacts, purse: PurseFacts, rows: list[BudgetRow]) -> Block:
    """Return the table of rows, doubled on a form of change."""
    before = facts.office.budget_of(purse.id).get("change_of", "")
    old = next((p for p in facts.purses if p.id == before), None)
    if old is not None and purse.is_city_budget:
        return b.table(
            ("Kode rekening", "Uraian", "Koefisien", "Harga (Rp)", "Sebelum (Rp)", "Setelah (Rp)",
             "Bertambah/(berkurang)"),
            changed_rows(budget_rows(facts, old), rows, TOTAL), right=(3, 4, 5, 6), total=True,
            widths=(3, 5, 3.6, 1.7, 2.6, 2.6, 2.6),
        )  # fmt: skip
    return b.table(
        ("Kode rekening", "Uraian", "Koefisien", "Satuan", "Harga (Rp)", "PPN", "Jumlah (Rp)"),
        printed_rows(rows, TOTAL if purse.is_city_budget else "Jumlah pembiayaan"),
        widths=(3, 6.2, 3.6, 1.3, 1.9, 0.9, 3), right=(4, 5, 6), total=True,
    )  # fmt: skip


def _sure(purse: PurseFacts) -> str:
    if not purse.is_city_budget:
        return (
            "Belum dikonfirmasi: kesanggupan pemberi dana "
            f"({purse.certainty or 'belum dicatat'}). Dana ini tidak masuk APBD kota; halaman "
            "ini bukan formulir anggaran daerah."
        )
    return (
        "Belum dikonfirmasi: rekening dan sub kegiatan (BPKAD), harga di SSH, kelompok “bagi "
        "Non ASN” untuk pekerja rentan, susunan formulir. Harga selalu harga APBD, tanpa "
        "potongan."
    )


def classified(facts: PlanFacts, purse: PurseFacts) -> list[tuple[str, str]]:
    """Return where the money stands in the city's budget, from urusan to unit.

    Args:
        facts: The plan.
        purse: Its purse; outside the city budget it stands nowhere and the list is empty.
    """
    if not purse.is_city_budget:
        return []
    g = facts.office.budget_of(purse.id)
    return [
        ("Urusan", g.get("urusan") or DOTS), ("Bidang urusan", g.get("bidang_urusan") or DOTS),
        ("Program", g.get("program") or DOTS),
        ("Sasaran program", g.get("sasaran_program") or DOTS),
        ("Kegiatan", g.get("kegiatan") or DOTS),
        ("Sub kegiatan", (g.get("sub_kegiatan") or DOTS) + facts.doubt),
        ("Organisasi", g.get("organisasi") or purse.opd or (facts.office.lines or (DOTS,))[-1]),
        ("Unit", g.get("unit") or DOTS),
    ]  # fmt: skip


def _head(facts: PlanFacts, purse: PurseFacts, total: int) -> list[tuple[str, str]]:
    """Return the head of the form."""
    g, year = facts.office.budget_of(purse.id), facts.year
    first, last = facts.purse_months(purse)
    here = [
        ("Sumber pendanaan", f"{purse.source} (dompet {purse.id})"),
        ("Lokasi", f"{facts.place_name}, kelurahan para penerima"),
        ("Waktu pelaksanaan", f"{MONTHS_ID[first.month - 1]} s.d. {MONTHS_ID[last.month - 1]} "
                              f"{year}; kepastian: {purse.certainty or 'belum dicatat'}"),
        ("Kelompok sasaran", g.get("kelompok") or DOTS),
        (f"Alokasi tahun {year}", f"{rp(total)} ({rupiah_words(total)})"),
    ]  # fmt: skip
    if not purse.is_city_budget:
        return here
    december = next(
        (int(v) for m, v in facts.base["rupiah"][purse.id].items() if m.endswith("-12")), 0
    )
    return [
        *classified(facts, purse), *here[:-1],
        (f"Alokasi tahun {year - 1}", g.get("alokasi_sebelum") or DOTS), here[-1],
        (f"Alokasi tahun {year + 1}",
         f"{rp(december * 12)} (perkiraan: peserta Desember × 12 bulan)"),
    ]  # fmt: skip


def _performance(facts: PlanFacts, purse: PurseFacts, total: int) -> list[list[str]]:
    """Return the rows of performance: what comes in, what comes out, what it does."""
    base = facts.base
    months = sum(facts.heads(purse))
    return [
        ["Capaian", "Cakupan kepesertaan jaminan sosial ketenagakerjaan pada 31 Desember, seluruh "
                    "rencana", f"{spelling.percent(base['ucj_dec31'], 2)} dari "
                    f"{spelling.count(facts.workers)} pekerja{facts.doubt}"],
        ["Masukan", "Dana", rp(total)],
        ["Keluaran", "Pekerja rentan yang iurannya dibayar",
         f"{spelling.count(facts.purse_persons(purse))} orang, {spelling.count(months)} "
         "orang-bulan"],
        ["Hasil", f"Perlindungan {facts.programmes}", span(*facts.purse_months(purse))],
    ]  # fmt: skip


def _tapd(facts: PlanFacts, purse: PurseFacts) -> list[Block]:
    """Return the day of discussion, the notes and the table of the TAPD."""
    if not purse.is_city_budget:
        return []
    held = facts.office.tapd[:TAPD_ROWS]
    rows = [[str(n + 1), *((held[n].get(k, "") for k in ("nama", "nip", "jabatan"))
                           if n < len(held) else ("", "", "")), ""]
            for n in range(TAPD_ROWS)]  # fmt: skip
    return [
        b.heading("Pembahasan", 2),
        b.pairs([("Tanggal pembahasan", DOTS), ("Catatan", DOTS)]),
        b.table(("No", "Nama anggota TAPD", "NIP", "Jabatan", "Tanda tangan"), rows,
                widths=(0.8, 5, 4, 4, 4)),
    ]  # fmt: skip


def _signers(facts: PlanFacts, purse: PurseFacts) -> list[dict[str, str]]:
    head = facts.office.signatory("kepala_dinas")
    if facts.is_final and purse.is_city_budget:
        return [facts.office.signatory("ppkd"), head]
    return [head]


def rka_book(facts: PlanFacts) -> Book:
    """Return all budget rows and the cash plan as a workbook."""
    rows, cash = rka_sheet(facts), cash_sheet(facts)
    first = facts.summary["programmes"][0]
    some = [r for p in facts.purses for r in budget_rows(facts, p) if r.programme == first]
    return Book(
        "rka-baris", [rows, cash], group="rka-xlsx",
        totals={"person_months": sum(r.persons * r.months for r in some),
                "rupiah": int(rows.frame["jumlah"].sum())},
    )  # fmt: skip
