"""Pages for those who decide: one page for the Sekda, and the reconciliation of both stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cakup.documents.plan import blocks as b
from cakup.documents.plan.blocks import Paper
from cakup.documents.plan.facts import PlanFacts, between, in_order, rp, short_rp, target_name
from cakup.documents.plan.letters import aimed_at, day, purse_rows, purse_table
from cakup.kernel import spelling

#: Marks that the page names in words of its own.
NAMED_MARKS = ("januari.", "kriteria.")
#: Status of a target that needs no mark.
SURE = ("solid", "confirmed")
BARS = (
    "Batang: peserta 31 Desember menurut rencana dibanding orang yang diminta; penuh = "
    "tercapai. Semua bacaan ditampilkan."
)
UNSURE = " Bertanda *: belum dikonfirmasi."


def sekda_page(facts: PlanFacts) -> Paper:
    """Return the one page: the decision, its cost, what a month costs, what is open, advice."""
    purses, totals = purse_rows(facts)
    return Paper(
        "sekda", f"Keputusan perlindungan pekerja rentan {facts.year}",
        [
            b.title(f"Perlindungan pekerja rentan {facts.place_name} {facts.year}",
                    "Satu halaman untuk Sekretaris Daerah"),
            _hero(facts),
            b.cards(_cards(facts)),
            b.heading("Yang diputuskan"), b.para(_decision(facts)), purse_table(purses),
            b.heading("Target"),
            b.bars(_target_bars(facts), BARS + ("" if facts.is_final else UNSURE)),
            b.heading("Setiap bulan tertunda"), b.para(_delay(facts)),
            *_so_far(facts),
            b.heading("Yang secara hukum masih terbuka"), b.bullets(_open(facts)),
            b.heading("Saran"), b.para(_advice(facts)),
        ],
        one_page=True, group="sekda", totals=totals, footer=facts.foot("Ringkasan untuk Sekda"),
    )  # fmt: skip


def _hero(facts: PlanFacts) -> b.Block:
    """Return the figure of the page and what it rests on."""
    s, base = facts.summary, facts.base
    without = base["base_by_month"][-1] / facts.workers
    return b.hero(
        spelling.count(facts.persons),
        f"pekerja rentan dilindungi {facts.programmes} dengan {short_rp(facts.rupiah)}; cakupan "
        f"{spelling.percent(base['ucj_dec31'])} pada 31 Desember {facts.year}, "
        f"{spelling.percent(base['ucj_avg12'])} rata-rata dua belas bulan.",
        f"Penyebut {spelling.count(facts.workers)} "
        f"({s['denominator']['document']}){facts.doubt}. Tanpa rencana "
        f"{spelling.percent(without)} pada 31 Desember (perkiraan dari data {day(s['as_of'])}).",
    )  # fmt: skip


def _cards(facts: PlanFacts) -> list[tuple[str, str, str]]:
    base, e = facts.base, facts.expected
    return [
        (spelling.count(facts.person_months), "orang-bulan dibayar",
         f"{spelling.count(base['full_jkm_months'])} di antaranya dengan JKM penuh"),
        (short_rp(base["to_keep_rp_year"]), f"untuk mempertahankan pada {facts.year + 1}",
         "peserta Desember × 12 bulan, harga APBD"),
        (between(e["deaths"][0], e["deaths"][2]), "kematian setahun (perkiraan)",
         f"santunan {short_rp(e['jkm_rp'][0])}–{short_rp(e['jkm_rp'][2])}"),
    ]  # fmt: skip


def _decision(facts: PlanFacts) -> str:
    if not facts.has_names:
        return (
            f"Menyetujui pagu untuk {spelling.count(facts.persons)} pekerja rentan menurut "
            f"{facts.summary['criteria']['instrument']}{facts.doubt}; nama ditetapkan kemudian "
            f"di dalam pagu itu, dengan perkiraan {spelling.percent(facts.summary['yield'], 0)} "
            "calon lolos verval."
        )
    return (
        f"Menetapkan {spelling.count(facts.persons)} penerima bantuan iuran menurut "
        f"{facts.summary['criteria']['instrument']}{facts.doubt}, satu {facts.decree} per "
        f"sumber dana, dengan {spelling.count(facts.base['waiting'])} orang pada daftar tunggu "
        "menurut urutan yang sama."
    )


def _target_bars(facts: PlanFacts) -> list[tuple[str, float, str]]:
    """Return the targets: who set them, how far the plan gets, whether they are sure."""
    rows = []
    for t in in_order(facts.base["targets"]):
        unsure = "" if facts.is_final or t["status"] in SURE else " *"
        whole, short = spelling.count(t["target_persons"]), t["short_dec31"]
        words = (f"kurang {spelling.count(short)} dari {whole} orang" if short
                 else f"{whole} orang tercapai")  # fmt: skip
        share = facts.base["covered_dec31"] / max(t["target_persons"], 1)
        rows.append((f"{target_name(t)}{unsure}", share, words))
    return rows


def _delay(facts: PlanFacts) -> str:
    """Say what the first month of delay takes away."""
    e, j = facts.expected, facts.january
    first = next((n for n in facts.heads() if n), 0)
    share = first / max(facts.person_months, 1)
    low, high = e["deaths"][0] * share, e["deaths"][2] * share
    risk = f"{j['at_risk'][0].upper()}{j['at_risk'][1:]}."
    return (
        f"{spelling.count(first)} orang-bulan perlindungan hilang pada bulan pertama, dan "
        f"menurut {' dan '.join(e['tables'])} "
        f"{between(low, high, 1)} keluarga kehilangan santunan "
        f"sampai {spelling.rupiah(j['jkm_full_rp'])} (perkiraan). {risk}"
    )


def _so_far(facts: PlanFacts) -> list[b.Block]:
    """Say of a year that has begun what was paid and what becomes of the enrolled."""
    if not facts.so_far:
        return []
    return [b.heading("Tahun yang sedang berjalan"), b.bullets(facts.so_far)]


def _open(facts: PlanFacts) -> list[str]:
    if facts.is_final:
        return ["Semua nilai yang dipakai telah diterima pejabat dengan nama, tanggal, dan nomor "
                "surat; rinciannya pada lembar kendali."]  # fmt: skip
    j = facts.january
    rest = len([m for m in facts.marks if not m.startswith(NAMED_MARKS)])
    asked = f" Pertanyaan kepada BPKAD: {j['question']}" if j["question"] else ""
    return [
        f"{j['months']}: {j['text']}.{asked}",
        f"Kriteria: {facts.summary['criteria']['title']} (belum dikonfirmasi).",
        "Rekening “bagi Non ASN” untuk pekerja rentan, dan sub kegiatannya (BPKAD).",
        f"{rest} nilai lain belum dikonfirmasi; daftarnya pada lembar kendali.",
    ]


def _advice(facts: PlanFacts) -> str:
    binds = facts.base["binding"][:1]
    more = f" {binds[0]['text'][0].upper()}{binds[0]['text'][1:]}." if binds else ""
    aimed = aimed_at(facts)
    gap = ""
    if aimed and aimed["short_dec31"]:
        short = spelling.count(aimed["short_dec31"])
        gap = (
            f" Target {target_name(aimed)} masih kurang {short} orang: pemberi kerja yang wajib "
            "mendaftar didahulukan sebelum menambah APBD."
        )
    until = day(facts.january["last_safe_payment_on"])
    by = facts.january["decide_by"]
    return f"Tetapkan {by} dan bayar paling lambat {until}.{gap}{more}"


def reconcile_page(facts: PlanFacts, pagu: Mapping[str, Any]) -> Paper:
    """Return the page that holds the stage by names against the approved stage by numbers.

    Args:
        facts: The plan by names.
        pagu: ``summary.json`` of the plan by numbers.
    """
    then, now = pagu["scenarios"][0], facts.base
    _, totals = purse_rows(facts)
    rows = [
        [label, _fmt(unit, then[key]), _fmt(unit, now[key]), _fmt(unit, now[key] - then[key])]
        for label, key, unit in (
            ("Orang", "persons", "n"), ("Orang-bulan", "person_months", "n"),
            ("Biaya", "rupiah_total", "rp"), ("Daftar tunggu", "waiting", "n"),
        )
    ]  # fmt: skip
    old = {p["id"]: p for p in then["purses"]}
    purses = [
        [p["id"], rp(old.get(p["id"], {"pagu_rp": 0})["pagu_rp"]),
         rp(old.get(p["id"], {"spent_rp": 0})["spent_rp"]), rp(p["pagu_rp"]), rp(p["spent_rp"]),
         rp(p["left_rp"])]
        for p in now["purses"]
    ]  # fmt: skip
    return Paper(
        "rekonsiliasi-pagu-nama", f"Rekonsiliasi tahap pagu dan tahap nama {facts.year}",
        [
            b.title("Rekonsiliasi tahap pagu dan tahap nama", f"Tahun anggaran {facts.year}"),
            b.pairs([
                ("Tahap pagu", f"{pagu['id']}, data {day(pagu['as_of'])}, perkiraan lolos "
                               f"{spelling.percent(pagu['yield'], 0)}"),
                ("Tahap nama", f"{facts.summary['id']}, data {day(facts.summary['as_of'])}"),
            ]),
            b.table(("", "Tahap pagu", "Tahap nama", "Selisih"), rows, right=(1, 2, 3),
                    widths=(3, 3, 3, 3)),
            b.heading("Menurut dompet", 2),
            b.table(("Dompet", "Pagu tahap pagu", "Terpakai dengan jumlah", "Pagu tahap nama",
                     "Terpakai dengan nama", "Sisa"), purses, right=(1, 2, 3, 4, 5),
                    widths=(2.6, 3, 3, 3, 3, 2.6), small=True),
            b.para(
                f"Calon yang memenuhi kriteria {spelling.count(pagu['eligible'])} pada tahap "
                f"pagu dan {spelling.count(facts.summary['eligible'])} pada tahap nama. Nama di "
                "luar pagu menunggu menurut urutan yang sama; sisa pagu dikembalikan atau "
                "dipakai daftar tunggu."
            ),
            b.signatures([facts.office.signatory("kepala_dinas")], facts.office.place_date),
        ],
        group="rekonsiliasi", totals={k: v for k, v in totals.items() if k != "lines"},
        footer=facts.foot("Rekonsiliasi"),
    )  # fmt: skip


def _fmt(unit: str, value: int) -> str:
    sign = "−" if value < 0 else ""
    size = abs(int(value))
    return f"{sign}{rp(size) if unit == 'rp' else spelling.count(size)}"
