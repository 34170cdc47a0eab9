"""The words that travel with a figure: what is counted, of what, by which rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from cakup.coverage.counts import Scope
from cakup.coverage.register import Entry
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.kernel.parameters import SURE

SEGMENT_WORDS = {
    "pu": Text("PU", "wage earners"), "bpu": Text("BPU", "own-account workers"),
    "jakon": Text("jasa konstruksi", "construction"), "pmi": Text("PMI", "migrants"),
}  # fmt: skip
REGION_WORDS = {
    "ktp": Text("alamat KTP", "address on the identity card"),
    "domisili": Text("tempat tinggal", "place of residence"),
    "kerja": Text("tempat kerja", "place of work"),
}
ASN_WORDS = {
    "out": Text("tanpa ASN, TNI, dan Polri", "without civil servants, army and police"),
    "in": Text("termasuk ASN, TNI, dan Polri yang tercatat",
               "with the civil servants, army and police who are on a list"),
}  # fmt: skip
EVIDENCE_WORDS = {
    "n_paid": Text("iuran dibayar", "contribution paid"),
    "n_spell": Text("masa kepesertaan", "enrolment spell"),
    "n_status": Text("status dari BPJS saja", "the insurer's status only"),
    "n_mixed": Text("bukti campuran", "mixed evidence"),
}
LISTED_WORKERS = Text(
    "pekerja yang ada pada daftar mana pun (daftar pekerja, data peserta, atau DTSEN yang "
    "menyatakan bekerja); kelengkapan daftar, bukan cakupan",
    "workers on any list (worker lists, participant data, or DTSEN rows that state work); "
    "completeness of the lists, not coverage",
)
WITH_LISTED_ASN = Text(
    "; termasuk ASN, TNI, dan Polri pada daftar, karena penyebutnya memuat mereka",
    "; with the civil servants, army and police on lists, since the denominator holds them",
)
UNCONFIRMED = Text("belum dikonfirmasi", "unconfirmed")
LISTED = Text(
    "bagian dari pekerja tercatat (daftar pekerja, data peserta, atau DTSEN yang menyatakan "
    "bekerja) dalam kelompok yang sama; bukan UCJ",
    "share of the workers on any list (worker lists, participant data, or DTSEN rows that state "
    "work) in the same group; not UCJ",
)
PART_OF_ACTIVE = Text("bagian dari peserta aktif yang dihitung, bukan cakupan",
                      "part of the active persons counted, not coverage")  # fmt: skip
NOT_RECORDED = Text("penyebut belum tercatat", "no denominator is recorded")
NO_PARTICIPANTS = Text(
    "data peserta BPJS Ketenagakerjaan belum diimpor, jadi tidak diketahui siapa yang terlindungi",
    "no participant data of the insurer was imported, so nobody is known to be covered",
)


def scope_words(scope: Scope, lang: Lang) -> str:
    """Return segments and ASN rule in words."""
    segments = ", ".join(SEGMENT_WORDS[s](lang) for s in scope.segments)
    head = Text("segmen", "segments")(lang)
    return f"{head} {segments}; {ASN_WORDS[scope.asn](lang)}"


def evidence_words(sums: Mapping[str, int], lang: Lang) -> str:
    """Return what share of the active persons rests on each kind of evidence."""
    total = sums["n_active"]
    if not total:
        return ""
    parts = [
        f"{spelling.percent(sums[name] / total, 1, lang)} {words(lang)}"
        for name, words in EVIDENCE_WORDS.items() if sums[name]
    ]  # fmt: skip
    return Text("bukti: ", "evidence: ")(lang) + ", ".join(parts)


def active_words(scope: Scope, as_of: date, sums: Mapping[str, int], lang: Lang) -> str:
    """Return the definition of the effective count."""
    day = spelling.day(as_of, lang)
    head = Text(
        f"orang yang perlindungannya aktif pada {day}; {scope_words(scope, lang)}; satu orang "
        "dihitung satu kali, juga yang tidak ada pada daftar pekerja mana pun",
        f"persons whose cover is active on {day}; {scope_words(scope, lang)}; one person counts "
        "once, those on no worker list too",
    )(lang)
    evidence = evidence_words(sums, lang)
    return f"{head}; {evidence}" if evidence else head


def registered_words(scope: Scope, as_of: date, lang: Lang) -> str:
    """Return the definition of the ever-registered count."""
    day, scoped = spelling.day(as_of, lang), scope_words(scope, lang)
    return Text(
        f"orang yang pernah terdaftar sampai {day}, aktif maupun tidak; {scoped}",
        f"persons ever registered by {day}, active or not; {scoped}",
    )(lang)


def jkm_words(months: int, n_open: int, lang: Lang) -> str:
    """Return the definition of the count with full death cover."""
    open_ = spelling.count(n_open, lang)
    return Text(
        f"orang aktif yang masa tunggu JKM-nya ({months} bulan) sudah lewat; pada {open_} orang "
        "lain hal itu belum dapat dipastikan",
        f"active persons whose waiting time for death cover ({months} months) has passed; for "
        f"{open_} others it cannot be told",
    )(lang)


def kpi_words(units: int, full: int, lang: Lang) -> str:
    """Return the definition of the KPI-weighted count."""
    exact = spelling.decimal(float(Fraction(units, full)), 2, lang)
    return Text(
        f"jumlah bobot KPI cabang, min(n, {full})/{full} bulan pada tahun kalender, CSR di bawah "
        f"{full} bulan = 0; jumlahnya {exact}, pembilang dibulatkan",
        f"sum of the branch's KPI weights, min(n, {full})/{full} months of the calendar year, CSR "
        f"below {full} months = 0; the sum is {exact}, the numerator is rounded",
    )(lang)


def average_words(months: int, as_of: date, lang: Lang) -> str:
    """Return the definition of the 12-month average."""
    exact = spelling.decimal(float(Fraction(months, 12)), 2, lang)
    month, total = spelling.month(as_of, lang), spelling.count(months, lang)
    return Text(
        f"rata-rata orang per bulan selama 12 bulan sampai {month}: {total} bulan-orang ÷ 12 = "
        f"{exact}, pembilang dibulatkan",
        f"average persons per month over the 12 months to {month}: {total} person-months ÷ 12 = "
        f"{exact}, the numerator is rounded",
    )(lang)


def denominator_words(entry: Entry, lang: Lang) -> str:
    """Return the definition of a denominator with its mark."""
    year = f" {entry.year}" if entry.year else ""
    mark = "" if entry.status in SURE else f"; {UNCONFIRMED(lang)}"
    return (
        f"{entry.kind_words(lang)}{year}, {entry.issuer}: {entry.document} ({entry.reading}){mark}"
    )
