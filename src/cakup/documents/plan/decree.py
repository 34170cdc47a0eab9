"""Draft of the decree that names the recipients, one per purse; its annex is made in ``annex``.

The order of a decree (menimbang, mengingat, memutuskan, dictums) is usual practice; its wording is
for the legal office, so a KONSEP says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Block, Paper
from cakup.documents.plan.facts import PlanFacts, PurseFacts, rp
from cakup.documents.plan.kak import GROUNDS
from cakup.documents.plan.letters import day
from cakup.kernel import spelling
from cakup.kernel.months import MONTHS_ID
from cakup.kernel.terbilang import rupiah_words, terbilang

DICTUMS = ("KESATU", "KEDUA", "KETIGA", "KEEMPAT", "KELIMA", "KEENAM")
LETTERS = "abcdefgh"


def decree_paper(facts: PlanFacts, purse: PurseFacts) -> Paper:
    """Return the draft of a purse's decree."""
    told = next(p for p in facts.base["purses"] if p["id"] == purse.id)
    heads = facts.purse_persons(purse)
    totals = {"lines": heads, "person_months": int(told["person_months"]),
              "rupiah": int(told["spent_rp"])}  # fmt: skip
    about = (
        f"PENETAPAN PENERIMA BANTUAN IURAN {facts.programmes} BAGI PEKERJA RENTAN, SUMBER DANA "
        f"{purse.source}, TAHUN ANGGARAN {facts.year}"
    )
    number = purse.number(facts.office, facts.year)
    mark = (
        "KONSEP: rumusan dan urutan menunggu Bagian Hukum. Belum dikonfirmasi: dasar hukum "
        "setempat, rekening, dan harga iuran."
    )
    return Paper(
        f"sk-naskah-{purse.id}", f"{facts.decree} tentang penerima bantuan iuran, {purse.source}",
        decree_blocks(
            facts, number, about.upper(), mark, _reasons(facts), _grounds(facts),
            _dictums(facts, purse, totals),
        ),
        serif=True, group="sk-naskah", purse=purse.id, totals=totals,
        footer=facts.foot(f"{facts.decree} Nomor {number}"),
    )  # fmt: skip


def decree_blocks(
    facts: PlanFacts, number: str, about: str, mark: str, reasons: Sequence[str],
    grounds: Sequence[str], dictums: Sequence[str],
) -> list[Block]:  # fmt: skip
    """Return a decree in its usual order, from its head to the signature.

    Args:
        facts: The plan.
        number: Number of the decree.
        about: What it is about, in capitals.
        mark: What a KONSEP says of itself.
        reasons: *Menimbang*.
        grounds: *Mengingat*.
        dictums: What is decided; the last stays on one page with the signature.
    """
    decided = [b.clauses(DICTUMS[n], [("", text)]) for n, text in enumerate(dictums)]
    signed = b.signatures(
        [facts.office.signatory("wali_kota")],
        f"Ditetapkan di {facts.office.city}, {facts.office.day}",
    )
    return [
        b.title(facts.head.upper(), "", f"{facts.decree.upper()} {facts.place_short.upper()}",
                f"NOMOR {number}", "", "TENTANG", about, "", f"{facts.head.upper()},"),
        *facts.draft(b.mark(mark)),
        b.clauses("Menimbang", [(f"{LETTERS[n]}.", t) for n, t in enumerate(reasons)]),
        b.clauses("Mengingat", [(f"{n}.", t) for n, t in enumerate(grounds, start=1)]),
        b.title("MEMUTUSKAN:"),
        b.clauses("Menetapkan", [("", f"{facts.decree.upper()} TENTANG {about}.")]),
        *decided[:-1],
        b.together([decided[-1], signed]),
    ]  # fmt: skip


def _reasons(facts: PlanFacts) -> list[str]:
    ready = facts.office.ready
    checked = "; ".join(
        f"{who} {day(ready[k]['date']) if ready.get(k, {}).get('date') else '………'}"
        for k, who in (("dukcapil", "Disdukcapil"), ("bpjs", "BPJS Ketenagakerjaan"))
    )
    return [
        "bahwa pekerja rentan menghadapi kecelakaan kerja dan kematian tanpa jaminan, sehingga "
        "pemerintah daerah memberikan bantuan iuran jaminan sosial ketenagakerjaan;",
        f"bahwa calon penerima telah disusun menurut {facts.summary['criteria']['instrument']} dan "
        f"diperiksa ({checked});",
        f"bahwa berdasarkan pertimbangan sebagaimana dimaksud dalam huruf a dan huruf b, perlu "
        f"menetapkan {facts.decree};",
    ]  # fmt: skip


def _grounds(facts: PlanFacts) -> list[str]:
    local = facts.office.ready.get("perwal", {})
    number = local.get("number") or "………"
    rule = "Peraturan " + facts.head.rpartition(facts.place_short)[0].strip()
    return [*(f"{g};" for g in GROUNDS), f"{rule} Nomor {number};"]


def _dictums(facts: PlanFacts, purse: PurseFacts, totals: dict[str, int]) -> list[str]:
    """Return what is decided: who, money, replacement, who acts, from when."""
    first, last = (f"{MONTHS_ID[d.month - 1]} {d.year}" for d in facts.purse_months(purse))
    dpa = facts.office.ready.get("dpa", {}).get("number") or "………"
    charged = (
        f"dibebankan pada DPA Nomor {dpa}" if purse.is_city_budget
        else f"dibayar dari {purse.source}, di luar APBD kota"
    )  # fmt: skip
    return [
        f"Menetapkan {spelling.count(totals['lines'])} ({terbilang(totals['lines'])}) penerima "
        f"bantuan iuran {facts.programmes} sebagaimana tercantum dalam Lampiran yang merupakan "
        "bagian tidak terpisahkan dari Keputusan ini.",
        f"Iuran dibayar untuk bulan {first} sampai dengan {last} menurut masa setiap penerima pada "
        f"Lampiran, {spelling.count(totals['person_months'])} orang-bulan, sejumlah "
        f"{rp(totals['rupiah'])} ({rupiah_words(totals['rupiah'])}), {charged}.",
        "Penerima yang meninggal, pindah, bekerja pada perusahaan, melewati batas umur, atau "
        "dibayar sumber lain digantikan menurut daftar tunggu dengan perubahan Keputusan.",
        f"{(facts.office.lines or ('Dinas yang membidangi ketenagakerjaan',))[-1]} melaksanakan "
        "pendaftaran, pembayaran, rekonsiliasi setiap bulan, dan pelaporan.",
        "Keputusan ini mulai berlaku pada tanggal ditetapkan.",
    ]  # fmt: skip
