"""The auditor's workbook: what is at issue, with months, purse, rupiah and source rows.

First the sums with the bridge from the reasons to the total, then one row per finding, then every
month with its payment rows. The sheet of months adds up to the total: a payment that is at issue
for two reasons stands there once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.ledger.audit import KINDS
from cakup.sheets import Code, ColumnOut, Mark, Paper, SheetOut, write_xlsx

TITLES: dict[str, Text] = {
    "two_aid": Text("Dua pembayar bantuan dalam satu bulan", "Two aid payers in one month"),
    "aid_and_pu": Text(
        "Iuran bantuan untuk pekerja penerima upah (PU)", "Aid paid for a wage earner (PU)"
    ),
    "after_death": Text("Iuran dibayar sesudah meninggal", "Paid after death"),
    "over_age": Text("Lewat batas umur", "Over the age limit"),
    "elsewhere": Text("KTP di luar wilayah pembayar", "KTP outside the payer's area"),
    "paid_not_active": Text("Dibayar tetapi tidak aktif", "Paid but not active"),
    "not_on_decree": Text(
        "Dibayar tetapi tidak ada pada SK", "Paid but not on the decree"
    ),
}  # fmt: skip
MEANINGS: dict[str, Text] = {
    "two_aid": Text(
        "orang, bulan, dan program yang sama dibayar dua bantuan; yang dipersoalkan adalah "
        "pembayar selain yang lebih dahulu membayar",
        "the same person, month and programme paid by two aid payers; at issue is every payer but "
        "the one who paid first",
    ),
    "aid_and_pu": Text(
        "pada bulan yang sama orang itu terdaftar sebagai PU pada pemberi kerja",
        "in the same month the person was enrolled as PU by an employer",
    ),
    "after_death": Text(
        "bulan iuran sesudah bulan meninggal menurut daftar kematian",
        "months after the month of death in the list of deaths",
    ),
    "over_age": Text(
        "umur pada hari pertama bulan itu mencapai batas umur (belum dikonfirmasi)",
        "the age limit was reached on the first day of the month (not confirmed)",
    ),
    "elsewhere": Text(
        "KTP menurut daftar terbaru di luar kota (APBD kota, DBH, APBDes) atau provinsi (APBD "
        "provinsi); tempat tinggal pada bulan itu tidak diketahui",
        "KTP in the latest list outside the city (city budget, DBH, village) or province; where "
        "the person lived in that month is not known",
    ),
    "paid_not_active": Text(
        "bulan tanggal data peserta sudah dibayar saat itu, tetapi BPJS menyatakan kepesertaan itu "
        "nonaktif",
        "the month of the participant data was paid by then, but the insurer calls the enrolment "
        "not active",
    ),
    "not_on_decree": Text(
        "dibayar sumber dana itu pada tahun SK, tetapi namanya tidak ditemukan pada lampiran SK",
        "paid by that purse in the decree's year, but not found on the annex of the decree",
    ),
}
PAYERS: dict[str, Text] = {
    "pemberi_kerja": Text("pemberi kerja", "employer"), "mandiri": Text("mandiri", "self-paid"),
    "apbd_kabkota": Text("APBD kota", "city budget"),
    "apbd_provinsi": Text("APBD provinsi", "provincial budget"),
    "dbh_cht": Text("DBH CHT", "DBH CHT"), "dbh_sawit": Text("DBH sawit", "DBH sawit"),
    "apbdes": Text("APBDes", "village budget"), "csr": Text("CSR", "CSR"),
    "baznas": Text("Baznas", "Baznas"), "sertakan": Text("SERTAKAN", "SERTAKAN"),
    "lain": Text("lain", "other"), "tidak_diketahui": Text("tidak diketahui", "not known"),
}  # fmt: skip
_NAMED = {
    "kind": Text("Temuan", "Finding"), "payer": Text("Sumber dana", "Purse"),
    "kode_wilayah_ktp": Text("Wilayah KTP", "KTP area"), "nama": Text("Nama", "Name"),
    "nik": Text("NIK", "NIK"), "programs": Text("Program", "Programmes"),
    "first_month": Text("Sejak", "From"), "last_month": Text("Sampai", "To"),
    "n_months": Text("Bulan", "Months"), "rupiah": Text("Rupiah", "Rupiah"),
    "n_without_amount": Text("Bulan tanpa jumlah", "Months without amount"),
    "why": Text("Dasar", "Ground"), "fact_source": Text("Baris sumber", "Source row"),
    "waits": Text("Tinjau dahulu", "Review first"), "bulan": Text("Bulan iuran", "Month"),
    "kepesertaan_id": Text("Kepesertaan", "Enrolment"), "kinds": Text("Temuan", "Findings"),
    "sources": Text("Baris pembayaran", "Payment rows"),
    "person_id": Text("Tanda orang", "Person id"),
}  # fmt: skip
_YES = Text("ya: ada pasangan yang belum ditinjau", "yes: a pair waits for review")
_SECRET = Text("Rahasia: memuat data pribadi", "Confidential: holds personal data")


@dataclass(frozen=True)
class AuditFacts:
    """What the workbook says beside its rows.

    Args:
        place: Name of the city.
        as_of: Last day looked at.
        since: First month looked at, None = from the beginning.
        purpose: Why it was made.
        recipient: Who receives it.
        decrees: Lists of names against which the purses were held.
        unconfirmed: Keys of the rules that are not sure.
    """

    place: str
    as_of: date
    since: date | None
    purpose: str
    recipient: str
    decrees: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()


def write_findings(
    path: Path, findings: pl.DataFrame, lines: pl.DataFrame, kinds: Mapping[str, Mapping[str, int]],
    purses: Mapping[str, Mapping[str, int]], total: Mapping[str, int], facts: AuditFacts,
    lang: Lang = "id",
) -> None:  # fmt: skip
    """Write the workbook.

    Args:
        path: File to write; the caller makes it appear whole.
        findings: One row per reason, person and purse.
        lines: One row per person, month, enrolment and purse.
        kinds: Sums by reason.
        purses: Sums by payer, every month once.
        total: Sum over everything, every month once.
        facts: What stands beside the rows.
        lang: Language.
    """
    title = Text("Temuan pembayaran iuran · {place}", "Findings on contributions · {place}")
    head = title.format(lang, place=facts.place)
    sheets = [
        _recap(kinds, purses, total, head, facts, lang),
        _finding_sheet(findings, head, facts, lang), _line_sheet(lines, head, facts, lang),
    ]  # fmt: skip
    write_xlsx(
        path, sheets, guide=_guide(head, facts, lang), codes=_codes(lang), title=head, lang=lang,
        has_summary=False,
    )  # fmt: skip


def _recap(
    kinds: Mapping[str, Mapping[str, int]], purses: Mapping[str, Mapping[str, int]],
    total: Mapping[str, int], head: str, facts: AuditFacts, lang: Lang,
) -> SheetOut:  # fmt: skip
    """Return the sums: reasons, what they share, the total, and the total by purse."""
    overlap = sum(k["rupiah"] for k in kinds.values()) - total["rupiah"]
    rows: list[tuple[str, int | None, int | None, int | None, int | None, int | None]] = [
        (TITLES[k](lang), *_cells(kinds[k])) for k in KINDS if k in kinds
    ]
    shared = Text("dikurangi: baris yang masuk lebih dari satu temuan",
                  "less: rows that are in more than one finding")(lang)  # fmt: skip
    rows.append((shared, None, None, -overlap, None, None))
    rows.append((Text("Jumlah, setiap baris sekali", "Total, every row once")(lang),
                 *_cells(total)))  # fmt: skip
    rows += [
        ("   " + Text("di antaranya {p}", "of which {p}").format(lang, p=PAYERS[p](lang)),
         *_cells(purses[p]))
        for p in PAYERS if p in purses
    ]  # fmt: skip
    names = ("temuan", "orang", "bulan", "rupiah", "tanpa_jumlah", "tinjau")
    schema = {"temuan": pl.String, **dict.fromkeys(names[1:], pl.Int64)}
    columns = [
        ColumnOut("temuan", Text("Temuan", "Finding")(lang), width=52),
        ColumnOut("orang", Text("Orang", "Persons")(lang), "count"),
        ColumnOut("bulan", Text("Bulan-orang", "Person-months")(lang), "count"),
        ColumnOut("rupiah", "Rupiah", "rupiah", width=20),
        ColumnOut("tanpa_jumlah", Text("Bulan tanpa jumlah", "Months without amount")(lang),
                  "count", width=14),
        ColumnOut("tinjau", Text("Orang: tinjau dahulu", "Persons: review first")(lang), "count",
                  width=14),
    ]  # fmt: skip
    return SheetOut(
        Text("Rekap", "Overview")(lang), pl.DataFrame(rows, schema=schema, orient="row"), columns,
        above=[[head], [_state(facts, lang)], [_asked(facts, lang)], [None]], has_footer=False,
        paper=Paper(row_points=20.0, note=_SECRET(lang)),
        marks=[Mark(names, "temuan", Text("jumlah, setiap", "total, every")(lang))],
    )  # fmt: skip


def _cells(told: Mapping[str, int]) -> tuple[int, int, int, int, int]:
    return (
        told["persons"], told["months"], told["rupiah"], told["months_without_amount"],
        told["waiting"],
    )  # fmt: skip


def _finding_sheet(rows: pl.DataFrame, head: str, facts: AuditFacts, lang: Lang) -> SheetOut:
    """Return one row per finding."""
    told = rows.with_columns(
        _spoken("kind", TITLES, lang), _spoken("payer", PAYERS, lang), _list("programs"),
        _ground(lang), _waits(lang), month_words("first_month", lang),
        month_words("last_month", lang),
    )  # fmt: skip
    columns = [
        _column("kind", lang, width=27, is_wrapped=True),
        _column("nama", lang, width=24, is_wrapped=True), _column("nik", lang, "id"),
        _column("payer", lang, width=14), _column("first_month", lang, width=10),
        _column("last_month", lang, width=10), _column("n_months", lang, "count", width=8),
        _column("rupiah", lang, "rupiah", width=15),
        _column("why", lang, width=32, is_wrapped=True),
        _column("fact_source", lang, width=28, is_wrapped=True),
        _column("waits", lang, width=18, is_wrapped=True),
        _column("n_without_amount", lang, "count", width=12),
        _column("programs", lang), _column("kode_wilayah_ktp", lang, "id"),
        _column("person_id", lang, "id"),
    ]  # fmt: skip
    note = Text(
        "Jangan menjumlahkan kolom Rupiah di sini: satu baris pembayaran dapat masuk dua temuan. "
        "Jumlahnya ada pada lembar Bulan dan Rekap.",
        "Do not add up the rupiah here: one payment may be in two findings. The sum stands on the "
        "sheets of months and of the overview.",
    )
    return SheetOut(
        Text("Temuan", "Findings")(lang), told, columns, above=[[head], [_state(facts, lang)], []],
        footer=[note(lang), _SECRET(lang)], freeze_columns=2, print_columns=11,
    )  # fmt: skip


def _line_sheet(rows: pl.DataFrame, head: str, facts: AuditFacts, lang: Lang) -> SheetOut:
    """Return every month at issue once, with its payment rows."""
    told = rows.with_columns(
        _spoken("payer", PAYERS, lang), _list("programs"), _waits(lang), month_words("bulan", lang),
        pl.col("kinds").str.split(",").list.eval(
            pl.element().replace_strict({k: t(lang) for k, t in TITLES.items()}, default=None)
        ).list.join("; "),
    )  # fmt: skip
    columns = [
        _column("bulan", lang, width=10), _column("nama", lang, width=26, is_wrapped=True),
        _column("nik", lang, "id"), _column("payer", lang, width=14),
        ColumnOut("rupiah", "Rupiah", "rupiah", has_total=True, width=15),
        _column("kinds", lang, width=38, is_wrapped=True),
        _column("sources", lang, width=34, is_wrapped=True),
        _column("kepesertaan_id", lang, "id"), _column("programs", lang),
        _column("waits", lang, width=20, is_wrapped=True), _column("person_id", lang, "id"),
    ]  # fmt: skip
    return SheetOut(
        Text("Bulan", "Months")(lang), told, columns, above=[[head], [_state(facts, lang)], []],
        footer=[_SECRET(lang)], freeze_columns=2, print_columns=7,
    )  # fmt: skip


def _column(
    name: str, lang: Lang, kind: str = "text", *, width: float | None = None,
    is_wrapped: bool = False,
) -> ColumnOut:  # fmt: skip
    return ColumnOut(name, _NAMED[name](lang), kind, width=width, is_wrapped=is_wrapped)  # type: ignore[arg-type]


def _spoken(name: str, words: Mapping[str, Text], lang: Lang) -> pl.Expr:
    return pl.col(name).replace({code: text(lang) for code, text in words.items()})


def month_words(name: str, lang: Lang) -> pl.Expr:
    """Return a month as ``Okt 2025``.

    Args:
        name: Column of first days.
        lang: Language.
    """
    names = {n: spelling.month(date(2000, n, 1), lang).split()[0] for n in range(1, 13)}
    month = pl.col(name).dt.month().cast(pl.Int64).replace_strict(names, return_dtype=pl.String)
    return pl.format("{} {}", month, pl.col(name).dt.year()).alias(name)


def _list(name: str) -> pl.Expr:
    return pl.col(name).str.to_uppercase().str.replace_all(",", ", ")


def _waits(lang: Lang) -> pl.Expr:
    return pl.when("is_waiting").then(pl.lit(_YES(lang))).otherwise(None).alias("waits")


def _ground(lang: Lang) -> pl.Expr:
    """Return the fact on which a finding rests, in words."""
    said = {
        "two_aid": Text("lebih dahulu dibayar: {}", "paid first by: {}"),
        "aid_and_pu": Text("kepesertaan PU {}", "PU enrolment {}"),
        "after_death": Text("meninggal {}", "died {}"),
        "over_age": Text("batas umur tercapai {}", "age limit reached {}"),
        "elsewhere": Text("KTP {}", "KTP {}"),
        "paid_not_active": Text("nonaktif menurut BPJS per {}", "not active, says BPJS, on {}"),
        "not_on_decree": Text("tidak ada pada {}", "not on {}"),
    }
    first = pl.col("fact").replace({code: text(lang) for code, text in PAYERS.items()})
    day = pl.col("fact").str.to_date("%Y-%m-%d", strict=False).dt.strftime("%d/%m/%Y")
    expr: pl.Expr = pl.lit(None, dtype=pl.String)
    for kind, text in said.items():
        value = first if kind == "two_aid" else pl.coalesce(day, pl.col("fact"))
        expr = pl.when(pl.col("kind") == kind).then(pl.format(text(lang), value)).otherwise(expr)
    return expr.alias("why")


def _state(facts: AuditFacts, lang: Lang) -> str:
    begun = (
        Text("{first} s.d. {last}", "{first} to {last}").format(
            lang, first=spelling.month(facts.since, lang), last=spelling.day(facts.as_of, lang)
        )
        if facts.since
        else Text("sampai {last}", "to {last}").format(lang, last=spelling.day(facts.as_of, lang))
    )
    return Text("Bulan iuran {span}. Rahasia: memuat data pribadi.",
                "Months {span}. Confidential: holds personal data.").format(
        lang, span=begun
    )  # fmt: skip


def _asked(facts: AuditFacts, lang: Lang) -> str:
    return Text("Untuk: {who}. Tujuan: {why}.", "For: {who}. Purpose: {why}.").format(
        lang, who=facts.recipient, why=facts.purpose
    )


def _guide(head: str, facts: AuditFacts, lang: Lang) -> list[str]:
    """Return the paragraphs of *Petunjuk*."""
    decrees = ", ".join(facts.decrees)
    texts: Sequence[Text] = [
        Text(head, head),
        Text(
            "Temuan adalah pertanyaan, bukan putusan: setiap baris menyebut berkas dan baris "
            "sumbernya supaya dapat diperiksa. Rantai satu orang dari berkas sampai pembayaran: "
            "cakup trace TANDA-ORANG.",
            "A finding is a question, not a verdict: every row names the file and row it comes "
            "from. The chain of one person from file to payment: cakup trace PERSON-ID.",
        ),
        Text(
            "Rupiah berasal dari baris pembayaran. Bulan yang pembayarannya tidak menyebut jumlah "
            "dihitung pada “Bulan tanpa jumlah” dan tidak dianggap nol.",
            "Rupiah come from payment rows. Months whose payments state no amount are counted "
            "under “Months without amount” and are not taken as zero.",
        ),
        Text(
            "Baris yang masuk lebih dari satu temuan dihitung sekali dalam jumlah; selisihnya "
            "tertulis pada Rekap.",
            "A row in more than one finding counts once in the total; the difference stands on the "
            "overview.",
        ),
        Text(
            "“Tinjau dahulu”: ada pasangan baris orang itu yang belum diputuskan sama atau "
            "berbeda; temuannya dapat hilang sesudah ditinjau (cakup review export).",
            "“Review first”: a pair of rows of the person is not decided yet; the finding may "
            "vanish once it is (cakup review export).",
        ),
        Text(f"SK yang dicocokkan: {decrees}." if decrees else
             "SK tidak diberikan, sehingga “dibayar tetapi tidak ada pada SK” tidak diperiksa.",
             f"Decrees compared: {decrees}." if decrees else
             "No decree was given, so “paid but not on the decree” was not looked at."),
    ]  # fmt: skip
    if facts.unconfirmed:
        keys = ", ".join(facts.unconfirmed)
        texts = [*texts, Text(f"Belum dikonfirmasi: {keys}.", f"Not confirmed: {keys}.")]
    return [t(lang) for t in texts]


def _codes(lang: Lang) -> list[Code]:
    kind = _NAMED["kind"](lang)
    return [Code(kind, TITLES[k](lang), MEANINGS[k](lang)) for k in KINDS]
