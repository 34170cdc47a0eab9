"""The work-list: known workers without cover by name and address, for the person who visits them.

One workbook per kelurahan holds only its people. It never calls itself the whole gap: how many of
the workforce are on no list at all stands in its footer and on its *Petunjuk*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cakup.documents.visit_order import ward_number
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.sheets import Code, ColumnOut, Paper, SheetOut, write_xlsx

RESULTS: dict[str, Text] = {
    "1 bersedia didaftarkan": Text("bersedia didaftarkan", "willing to be enrolled"),
    "2 sudah terlindungi": Text(
        "menunjukkan kartu atau bukti bayar; catat nomor peserta pada Catatan",
        "showed a card or a receipt; note the participant number",
    ),
    "3 pindah": Text("tidak lagi tinggal di alamat ini", "does not live here any more"),
    "4 meninggal": Text("meninggal; catat tanggalnya", "dead; note the date"),
    "5 tidak bekerja": Text("tidak bekerja lagi", "does not work any more"),
    "6 tidak ditemui": Text("rumah ada, orang tidak ditemui", "not at home"),
    "7 alamat tidak ada": Text("alamat tidak ditemukan", "the address was not found"),
    "8 menolak": Text("tidak bersedia", "not willing"),
}
PURPOSE = Text("verifikasi dan pendaftaran pekerja", "verification and enrolment")
LAST_ON_PAPER = "catatan"
_CONFIDENTIAL = Text("Rahasia: memuat data pribadi", "Confidential: holds personal data")
_SIGNED = Text(
    "Dikunjungi oleh: ______________________     Tanggal: ______________     "
    "Tanda tangan: ______________________",
    "Visited by: ______________________     Date: ______________     "
    "Signature: ______________________",
)
#: Reasons that hold only as far as the participant data reach.
SEARCHED = ("tidak_ditemukan", "nik_rusak")
_VISIT = ("tanggal_kunjungan", "hasil", "nik_benar", "catatan")


@dataclass(frozen=True)
class GapFacts:
    """What every work-list must say beside its rows.

    Args:
        place: Name of the city.
        as_of: Day for which it holds.
        participants: Which participant data were searched: scope and date, in words.
        unlisted: Persons of the denominator who are on no list, None if not known.
        denominator: Words and number of the denominator, empty if not known.
        purpose: Why the list was made.
    """

    place: str
    as_of: date
    participants: Text
    unlisted: int | None = None
    denominator: Text | None = None
    purpose: Text = PURPOSE


def write_gap(
    path: Path, frame: pl.DataFrame, area: str, facts: GapFacts, reasons: Mapping[str, Text],
    lang: Lang = "id",
) -> None:  # fmt: skip
    """Write one work-list.

    Args:
        path: File to write; the caller makes it appear whole.
        frame: Rows in the order of the visit, columns as ``pipeline.gap_rows.gap_sql``.
        area: Name of the kelurahan, or of the city in a combined list.
        facts: What stands beside the rows.
        reasons: Reason → words.
        lang: Language.
    """
    title = Text(
        "Pekerja yang diketahui belum terlindungi · {area}", "Known workers without cover · {area}"
    ).format(lang, area=area)
    columns = _columns(frame, lang)
    sheet = SheetOut(
        Text("Daftar kerja", "Work-list")(lang),
        _rows(frame, facts, reasons, lang),
        columns,
        above=[
            [title], [_state(facts, lang)], [_searched(facts, lang)],
            [_counted(frame, reasons, lang)], [None],
        ],
        footer=[*_footer(frame, facts, reasons, lang), "", _SIGNED(lang)],
        freeze_columns=1 + [c.name for c in columns].index("nama"),
        print_columns=1 + [c.name for c in columns].index(LAST_ON_PAPER),
        paper=Paper(new_page_before=_new_pages(frame), note=_CONFIDENTIAL(lang)),
    )  # fmt: skip
    write_xlsx(
        path, [sheet], guide=_guide(area, facts, lang), codes=_codes(reasons, facts, lang),
        title=title, lang=lang,
    )  # fmt: skip


def write_index(
    path: Path, frame: pl.DataFrame, facts: GapFacts, reasons: Mapping[str, Text],
    lang: Lang = "id",
) -> None:  # fmt: skip
    """Write the overview: one row per work-list, numbers only, no names.

    Args:
        path: File to write.
        frame: ``kode, nama, kecamatan, berkas, orang`` and one column per reason.
        facts: What stands beside the rows.
        reasons: Reason → words.
        lang: Language.
    """
    shown = [r for r in reasons if r in frame.columns and int(frame.get_column(r).sum()) > 0]
    columns = [
        ColumnOut("kode", Text("Kode", "Code")(lang), "id"),
        ColumnOut("nama", Text("Kelurahan", "Kelurahan")(lang)),
        ColumnOut("kecamatan", Text("Kecamatan", "Kecamatan")(lang)),
        ColumnOut("orang", Text("Orang", "Persons")(lang), "count", has_total=True),
        *(ColumnOut(r, reasons[r](lang), "count", has_total=True) for r in shown),
        ColumnOut("berkas", Text("Berkas", "File")(lang)),
    ]
    title = Text("Ringkasan daftar kerja · {place}", "Overview of the work-lists · {place}").format(
        lang, place=facts.place
    )
    sheet = SheetOut(
        Text("Rekap", "Overview")(lang), frame, columns,
        above=[[title], [_nameless(facts, lang)], [None]],
        footer=[_remainder(facts, lang)], freeze_columns=2, paper=Paper(row_points=17.0),
    )  # fmt: skip
    codes = [Code(Text("Alasan", "Reason")(lang), r, w(lang)) for r, w in reasons.items()]
    guide = [title, Text("Lembar ini tidak memuat nama.", "This sheet holds no names.")(lang)]
    write_xlsx(path, [sheet], guide=guide, codes=codes, title=title, lang=lang)


def _columns(frame: pl.DataFrame, lang: Lang) -> list[ColumnOut]:
    """Return the columns, those for paper first; some are left out where the whole list is empty.

    The visitor's paper ends with *Catatan*; what follows is evidence for those who prepared it.
    """
    wished = [
        ColumnOut("no", "No", "count", width=6),
        ColumnOut("lingkungan", Text("Lingk.", "Lingk.")(lang), width=8),
        ColumnOut("rt_rw", "RT/RW", width=9),
        ColumnOut("alamat", Text("Alamat", "Address")(lang), width=23),
        ColumnOut("nama", Text("Nama", "Name")(lang), width=23),
        ColumnOut("age_years", Text("Umur", "Age")(lang), "count", width=7),
        ColumnOut("pekerjaan", Text("Pekerjaan", "Occupation")(lang), width=14),
        ColumnOut("telepon", Text("Telepon", "Phone")(lang), "id", width=14),
        ColumnOut("nik", "NIK", "id", width=17),
        ColumnOut("alasan", Text("Alasan", "Reason")(lang), width=23),
        ColumnOut("tanggal_kunjungan", Text("Tanggal kunjungan", "Date of visit")(lang),
                  width=12, is_input=True),
        ColumnOut("hasil", Text("Hasil kunjungan", "Result")(lang), width=17, is_input=True,
                  choices=tuple(RESULTS)),
        ColumnOut(LAST_ON_PAPER, Text("Catatan", "Note")(lang), width=22, is_input=True),
        ColumnOut("nik_benar", Text("NIK yang benar", "Correct NIK")(lang), "id", width=18,
                  is_input=True),
        ColumnOut("jenis_kelamin", Text("L/P", "Sex")(lang), width=6),
        ColumnOut("nik_seen", Text("NIK terbaca", "NIK as readable")(lang), "id", width=18),
        ColumnOut("dicari", Text("Dicari pada", "Searched in")(lang)),
        ColumnOut("senders", Text("Daftar (pengirim)", "Lists (senders)")(lang)),
        ColumnOut("n_files", Text("Berkas", "Files")(lang), "count", width=8),
        ColumnOut("n_rows", Text("Baris", "Rows")(lang), "count", width=8),
        ColumnOut("person_id", Text("Tanda orang", "Person id")(lang), "id", width=34),
    ]  # fmt: skip
    may_vanish = {"lingkungan": ("lingkungan",), "rt_rw": ("rt", "rw"), "telepon": ("telepon",),
                  "nik_seen": ("nik_seen",)}  # fmt: skip
    empty = {name for name in frame.columns if frame.get_column(name).null_count() == frame.height}
    return [c for c in wished if not set(may_vanish.get(c.name, ("",))) <= empty]


def _rows(
    frame: pl.DataFrame, facts: GapFacts, reasons: Mapping[str, Text], lang: Lang
) -> pl.DataFrame:
    """Return the rows with reasons in words and empty columns for the visitor."""
    return frame.with_columns(
        no=pl.int_range(1, frame.height + 1),
        rt_rw=pl.concat_str(
            pl.col("rt").fill_null("–"), pl.lit("/"), pl.col("rw").fill_null("–")
        ).replace("–/–", None),
        alasan=_reason_words(reasons, lang),
        dicari=pl.when(pl.col("alasan").is_in(SEARCHED)).then(
            pl.coalesce(_answer_words(frame, lang), pl.lit(facts.participants(lang)))
        ),
        **{name: pl.lit(None, dtype=pl.String) for name in _VISIT},
    )


def _answer_words(frame: pl.DataFrame, lang: Lang) -> pl.Expr:
    """Return which data the insurer searched for a person asked about, NULL for the others."""
    if "answer_scope" not in frame.columns:
        return pl.lit(None, dtype=pl.String)
    days = frame.get_column("answer_as_of").unique().drop_nulls().to_list()
    spelled = {day: spelling.day(day, lang) for day in days}
    head = Text("jawaban BPJS: ", "answer of the insurer: ")(lang)
    per = Text(" per ", " of ")(lang)
    on = pl.col("answer_as_of").replace_strict(spelled, default=None, return_dtype=pl.String)
    return pl.lit(head) + pl.col("answer_scope") + pl.lit(per) + on


def _new_pages(frame: pl.DataFrame) -> tuple[int, ...]:
    """Return where a new lingkungan begins: each head of one gets pages of his own."""
    wards = [ward_number(w) for w in frame.get_column("lingkungan")]
    return tuple(at for at in range(1, len(wards)) if wards[at] != wards[at - 1])


def _counted(frame: pl.DataFrame, reasons: Mapping[str, Text], lang: Lang) -> str:
    """Return how many people are on the list, and why, in one line."""
    counted = dict(frame.group_by("alasan").len().iter_rows())
    parts = [
        f"{spelling.count(counted[key], lang)} {words(lang)}"
        for key, words in reasons.items() if key in counted
    ]  # fmt: skip
    head = Text("{n} orang", "{n} persons").format(lang, n=spelling.count(frame.height, lang))
    return f"{head}: {', '.join(parts)}." if parts else f"{head}."


def _reason_words(reasons: Mapping[str, Text], lang: Lang) -> pl.Expr:
    """Return the reason in words: since when, in which segment."""
    plain = pl.col("alasan").replace_strict(
        {key: words(lang) for key, words in reasons.items()}, default=None
    )
    since = Text(" sejak ", " since ")(lang)
    return (
        pl.when(pl.col("sejak").is_not_null())
        .then(plain + since + pl.col("sejak").dt.strftime("%d/%m/%Y"))
        .when(pl.col("segmen_lain").is_not_null())
        .then(plain + ": " + pl.col("segmen_lain"))
        .otherwise(plain)
    )


def _state(facts: GapFacts, lang: Lang) -> str:
    return Text(
        "{place}, keadaan {day}. Rahasia: memuat data pribadi.",
        "{place}, as of {day}. Confidential: holds personal data.",
    ).format(lang, place=facts.place, day=spelling.day(facts.as_of, lang))


def _nameless(facts: GapFacts, lang: Lang) -> str:
    return Text(
        "{place}, keadaan {day}. Jumlah saja, tanpa nama.",
        "{place}, as of {day}. Numbers only, no names.",
    ).format(lang, place=facts.place, day=spelling.day(facts.as_of, lang))


def _searched(facts: GapFacts, lang: Lang) -> str:
    return Text("Dicari pada: {data}.", "Searched in: {data}.").format(
        lang, data=facts.participants(lang)
    )


def _footer(
    frame: pl.DataFrame, facts: GapFacts, reasons: Mapping[str, Text], lang: Lang
) -> list[str]:
    """Return the counts by reason, then what the list does not hold."""
    counted = dict(frame.group_by("alasan").len().iter_rows())
    lines = [
        f"{words(lang)}: {spelling.count(counted[key], lang)}"
        for key, words in reasons.items() if key in counted
    ]  # fmt: skip
    return [*lines, _remainder(facts, lang)]


def _remainder(facts: GapFacts, lang: Lang) -> str:
    """Return the sentence that this is not the whole gap."""
    if facts.unlisted is None or facts.denominator is None:
        return Text(
            "Daftar ini bukan seluruh kesenjangan: pekerja yang tidak ada pada daftar mana pun "
            "tidak termasuk, dan jumlahnya belum diketahui.",
            "This list is not the whole gap: workers on no list are not in it, and their number "
            "is not known.",
        )(lang)
    return Text(
        "Daftar ini bukan seluruh kesenjangan: {n} dari {of} di {place} tidak ada pada daftar mana "
        "pun.",
        "This list is not the whole gap: {n} of {of} in {place} are on no list at all.",
    ).format(
        lang, n=spelling.count(facts.unlisted, lang), of=facts.denominator(lang), place=facts.place
    )


def _guide(area: str, facts: GapFacts, lang: Lang) -> list[str]:
    """Return the paragraphs of *Petunjuk*."""
    texts = [
        Text("Petunjuk daftar kerja {area}", "Guide to the work-list of {area}"),
        Text(
            "Isi: orang yang ada pada daftar pekerja dan pada {day} tidak mempunyai perlindungan "
            "aktif BPJS Ketenagakerjaan yang diketahui.",
            "Contents: people on lists of workers who had no known active cover on {day}.",
        ),
        Text(
            "Urutan: lingkungan, RW, RT, jalan, nomor rumah, supaya dapat didatangi berurutan. Di "
            "kertas A4 mendatar tiap lingkungan mulai pada halaman baru.",
            "Order: lingkungan, RW, RT, street and house number, so that it can be walked. On A4 "
            "landscape each lingkungan begins a new page.",
        ),
        Text(
            "Isi kolom kuning saja: tanggal kunjungan, hasil (pilih dari daftar), NIK yang benar "
            "(16 angka, lihat KTP), catatan. Jangan ubah kolom lain, terutama Tanda orang.",
            "Fill the yellow columns only: date, result (choose from the list), correct NIK (16 "
            "digits, from the card), note. Leave the other columns alone, above all the person id.",
        ),
        Text(
            "“Tidak ditemukan” berarti tidak ditemukan pada {searched}; orang itu mungkin "
            "terdaftar di cabang lain. Hanya BPJS Ketenagakerjaan yang dapat menyatakan “belum "
            "pernah terdaftar”.",
            "“Not found” means not found in {searched}; the person may be registered with another "
            "branch. Only the insurer can say “never registered”.",
        ),
        Text(
            "“Mungkin meninggal”: tanyakan dengan hati-hati kepada keluarga atau kepala "
            "lingkungan lebih dahulu.",
            "“Possibly dead”: ask the family or the head of the neighbourhood first, with care.",
        ),
        Text(
            "Data pribadi (UU 27/2022): hanya untuk {purpose}; jangan difoto, disalin, atau "
            "diteruskan; kembalikan atau hapus setelah selesai.",
            "Personal data (Law 27/2022): only for {purpose}; do not photograph, copy or pass on; "
            "return or delete it when done.",
        ),
    ]
    values = {
        "area": area, "day": spelling.day(facts.as_of, lang),
        "searched": facts.participants(lang), "purpose": facts.purpose(lang),
    }  # fmt: skip
    return [*(t.format(lang, **values) for t in texts), _remainder(facts, lang)]


def _codes(reasons: Mapping[str, Text], facts: GapFacts, lang: Lang) -> list[Code]:
    """Return the sheet *Kode*: reasons and results."""
    reason, result = Text("Alasan", "Reason")(lang), Text("Hasil kunjungan", "Result")(lang)
    meanings = _meanings(facts)
    return [
        *(Code(reason, w(lang), meanings[key](lang)) for key, w in reasons.items()),
        *(Code(result, key, w(lang)) for key, w in RESULTS.items()),
    ]


def _meanings(facts: GapFacts) -> dict[str, Text]:
    """Return what each reason means."""
    return {
        "mungkin_meninggal": Text(
            "ada baris pada daftar kematian yang mungkin orang ini; menunggu tinjauan",
            "a row of the list of deaths may be this person; waits for review",
        ),
        "perlu_ditinjau": Text(
            "mungkin peserta aktif, padanannya belum pasti; tinjau dahulu (cakup review export)",
            "may be an active participant, the link is not certain; review first",
        ),
        "belum_pernah": Text(
            "BPJS Ketenagakerjaan menyatakan belum pernah terdaftar",
            "the insurer states that the person was never registered",
        ),
        "segmen_lain": Text(
            "aktif, tetapi pada segmen yang tidak dihitung dalam daftar ini",
            "active, but in a segment that this list does not count",
        ),
        "terdaftar_lain": Text(
            "terdaftar dengan tempat kerja di kota lain dan tidak aktif lagi",
            "registered with a workplace in another city and no longer active",
        ),
        "berhenti": Text(
            "pernah terdaftar; perlindungannya berhenti pada tanggal yang disebut",
            "was registered; cover ended on the day named",
        ),
        "nik_rusak": Text(
            "NIK pada daftar kosong atau rusak, sehingga tidak dapat dipadankan dengan pasti",
            "the NIK on the lists is missing or damaged, so no certain match can be made",
        ),
        "belum_ditanyakan": Text(
            "belum ditanyakan kepada BPJS Ketenagakerjaan (cakup crosscheck send)",
            "the insurer was not asked about this person yet (cakup crosscheck send)",
        ),
        "tidak_ditemukan": Text(
            f"tidak ditemukan pada {facts.participants('id')}",
            f"not found in {facts.participants('en')}",
        ),
    }
