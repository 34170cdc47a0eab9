"""The control sheet that stays in the file: readiness, every unsure value, totals compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Paper
from cakup.documents.plan.change import KEYS, Change, purse_totals
from cakup.documents.plan.facts import PlanFacts, rp
from cakup.documents.plan.letters import day
from cakup.documents.plan.office import ACCEPT_PARTS, CHANGE_WORDS, READY_PARTS, READY_WORDS
from cakup.documents.plan.reconcile import Compared
from cakup.kernel import spelling

OPEN = "belum"
#: Mark of people of whom something is not known.
TO_CHECK = "daftar.perlu_diverifikasi"
GROUP_WORDS = {
    "sekda": "Satu halaman untuk Sekda", "sk-naskah": "Naskah SK",
    "sk-lampiran": "Lampiran SK, cetak",
    "sk-lampiran-disamarkan": "Lampiran SK, cetak disamarkan", "sk-xlsx": "Lampiran SK, XLSX",
    "sk-xlsx-disamarkan": "Lampiran SK, XLSX disamarkan", "rka": "RKA/DPA per dompet",
    "rka-xlsx": "RKA/DPA, baris XLSX", "telaahan": "Telaahan Staf", "kak": "KAK dan RAB",
    "pks": "Lampiran PKS", "bpu": "Unggahan BPU", "realisasi": "Realisasi bulanan",
    "baris-resmi": "Baris RPJMD, RKPD, IKD, LKPJ", "verval-kelurahan": "Berita acara per kelurahan",
    "verval-opd": "Berita acara per OPD", "slip": "Slip peserta", "paritrana": "Bukti Paritrana",
    "rekonsiliasi": "Rekonsiliasi pagu–nama", "sk-perubahan": "Keputusan perubahan, naskah",
    "lampiran-perubahan": "Lampiran perubahan, cetak",
    "lampiran-perubahan-disamarkan": "Lampiran perubahan, cetak disamarkan",
    "lampiran-perubahan-xlsx": "Lampiran perubahan, XLSX",
    "lampiran-perubahan-xlsx-disamarkan": "Lampiran perubahan, XLSX disamarkan",
    "rka-perubahan": "RKAP/DPPA per dompet", "rka-perubahan-xlsx": "RKAP/DPPA, baris XLSX",
}  # fmt: skip


def control_sheet(facts: PlanFacts, compared: Sequence[Compared]) -> Paper:
    """Return the control sheet.

    Args:
        facts: The plan.
        compared: What all other papers add up to.
    """
    return _sheet(
        facts, "lembar-kendali", f"Rencana {facts.summary['id']}, disimpan dalam berkas",
        _ready(facts),
        b.table(("Dokumen", "Berkas", "Orang", "Orang × dompet", "Orang-bulan", "Rupiah"),
                _totals(facts, compared), right=(1, 2, 3, 4, 5),
                widths=(5, 1.4, 1.6, 2.2, 2, 3.4), small=True, total=True),
    )  # fmt: skip


def change_control_sheet(change: Change, compared: Sequence[Compared]) -> Paper:
    """Return the control sheet of a change of the budget.

    Args:
        change: The change.
        compared: What all its other papers add up to, see ``reconcile_change``.
    """
    facts = change.after
    held = facts.office.change
    numbers = [facts.office.number("sk_change", year=facts.year, purse=p.id)
               for p in change.changed]  # fmt: skip
    lines = [
        [CHANGE_WORDS[key], *_parts(held.get(key, {}), READY_PARTS)] for key in ("perda", "dppa")
    ]
    lines.append([CHANGE_WORDS["sk_change"], "; ".join(dict.fromkeys(numbers)) or "–", "", ""])
    return _sheet(
        facts, "lembar-kendali-perubahan",
        f"{change.title}, mulai {change.month}; rencana {facts.summary['id']}, disimpan dalam "
        "berkas",
        [*_ready(facts), *lines],
        b.table(("Dokumen dompet yang berubah", "Berkas", "Orang-bulan semula", "Rupiah semula",
                 "Orang-bulan menjadi", "Rupiah menjadi"),
                _change_totals(change, compared), right=(1, 2, 3, 4, 5),
                widths=(5, 1.4, 2, 3, 2, 3), small=True, total=True),
    )  # fmt: skip


def _sheet(
    facts: PlanFacts, name: str, about: str, ready: Sequence[Sequence[str]], totals: b.Block
) -> Paper:
    """Return a control sheet: what was ready, how it came about, what is unsure, what adds up."""
    hand = facts.summary["by_hand"]
    return Paper(
        name, f"Lembar kendali rencana {facts.summary['id']}",
        [
            b.title("Lembar kendali", about),
            b.heading("Kesiapan"),
            b.table(("Syarat", "Nomor", "Tanggal", "Oleh"), ready,
                    widths=(5, 3.6, 2.4, 3.4),
                    small=True),
            b.heading("Jejak"),
            b.bullets([
                f"Benih undian {facts.summary['seed']}, dicatat sebelum daftar calon ditutup; "
                f"undian memutuskan kedudukan {spelling.count(facts.base['drawn'])} orang yang "
                "sama kedudukannya.",
                f"Perubahan dengan tangan: {hand['added']} ditambahkan, {hand['removed']} "
                "dikeluarkan; semuanya tercatat dengan alasan.",
            ]),
            b.heading("Nilai yang belum dikonfirmasi dan siapa menerimanya"),
            b.table(("Nilai", "Kunci", "Diterima oleh", "Tanggal", "Dokumen"), _accepted(facts),
                    widths=(4.4, 5.2, 2.3, 2.9, 2), small=True),
            b.together([b.heading("Jumlah semua dokumen"), totals]),
        ],
        footer=facts.foot("Lembar kendali"),
    )  # fmt: skip


def _ready(facts: PlanFacts) -> list[list[str]]:
    held = facts.office.ready
    return [[words, *_parts(held.get(key, {}), READY_PARTS)] for key, words in READY_WORDS.items()]


def _accepted(facts: PlanFacts) -> list[list[str]]:
    held = facts.office.accepted
    return [[_told(facts, m), m, *_parts(held.get(m, {}), ACCEPT_PARTS)] for m in facts.marks]


def _parts(told: Mapping[str, str], parts: Sequence[str]) -> list[str]:
    """Return what was recorded, days in words; what is not recorded is said to be open."""
    return [
        OPEN if not told.get(part) else day(told[part]) if part in ("date", "on") else told[part]
        for part in parts
    ]


def _told(facts: PlanFacts, mark: str) -> str:
    """Return what a mark is about; of people also how many, a FINAL annex does not mark them."""
    words = facts.mark_words.get(mark, mark)
    if mark != TO_CHECK or not facts.people.height:
        return words
    checks = facts.people.filter("to_check").get_column("person_id").n_unique()
    return f"{words}: {spelling.count(checks)} orang, bertanda “cek” pada berita acara verval"


def _totals(facts: PlanFacts, compared: Sequence[Compared]) -> list[list[str]]:
    """Return one row per group of papers; the last is the plan itself."""

    def cells(totals: dict[str, int]) -> list[str]:
        told = [spelling.count(totals[k]) if k in totals else "–"
                for k in ("persons", "lines", "person_months")]  # fmt: skip
        return [*told, rp(totals["rupiah"]) if "rupiah" in totals else "–"]

    whole = {"persons": facts.persons, "lines": int(facts.blocks["persons"].sum()),
             "person_months": facts.person_months, "rupiah": facts.rupiah}  # fmt: skip
    rows = [[GROUP_WORDS.get(c.group, c.group), str(c.papers), *cells(c.totals)] for c in compared]
    return [*rows, ["Rencana", "", *cells(whole)]]


def _change_totals(change: Change, compared: Sequence[Compared]) -> list[list[str]]:
    """Return one row per group of papers; the last is what the changed purses pay."""

    def cells(told: Mapping[str, int]) -> list[str]:
        return [spelling.count(told["before_months"]), rp(told["before_rupiah"]),
                spelling.count(told["after_months"]), rp(told["after_rupiah"])]  # fmt: skip

    whole = dict.fromkeys(KEYS, 0)
    for purse in change.changed:
        for key, value in purse_totals(change, purse.id).items():
            whole[key] += value
    rows = [[GROUP_WORDS.get(c.group, c.group), str(c.papers), *cells(c.totals)] for c in compared]
    return [*rows, ["Dompet yang berubah", "", *cells(whole)]]
