"""A letter in a workbook to one employer: its own workers only, and *mohon klarifikasi*.

Nothing here accuses: a name that was not found may be registered at another branch or under another
number. What the office knows from other employers stays with the office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from cakup.employers.candidates import Candidate
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.sheets import Code, ColumnOut, Paper, SheetOut, write_xlsx

ANSWERS: dict[str, tuple[Text, ...]] = {
    "not_found": (
        Text("sudah terdaftar (tulis KPJ)", "registered (write the KPJ)"),
        Text("akan didaftarkan", "will be registered"), Text("sudah keluar (tulis tanggal)",
        "has left (write the date)"), Text("bukan pekerja kami", "not our worker"),
    ),
    "not_listed": (
        Text("masih bekerja", "still works here"),
        Text("sudah keluar (tulis tanggal)", "has left (write the date)"),
        Text("meninggal (tulis tanggal)", "died (write the date)"),
        Text("bukan pekerja kami", "not our worker"),
    ),
    "wages": (
        Text("upah pada daftar benar", "the wage on the list is right"),
        Text("upah yang dilaporkan benar", "the reported wage is right"),
        Text("paruh waktu atau masuk tengah bulan", "part-time or joined within the month"),
    ),
}  # fmt: skip
STRENGTHS = {
    "strong": Text("kuat", "strong"), "medium": Text("sedang", "medium"),
    "weak": Text("lemah", "weak"),
}  # fmt: skip
KINDS = {
    "pwbd": Text("PWBD (belum mendaftar)", "PWBD (not registered)"),
    "pds_tk": Text("PDS-TK (sebagian pekerja)", "PDS-TK (some workers)"),
    "pds_upah": Text("PDS-Upah (upah)", "PDS-Upah (wages)"),
    "pds_program": Text("PDS-Program (sebagian program)", "PDS-Program (some programmes)"),
}
_SHEETS = {
    "not_found": Text("Tidak ditemukan", "Not found"),
    "not_listed": Text("Tidak ada pada daftar", "Not on the list"), "wages": Text("Upah", "Wages"),
}  # fmt: skip
_SECRET = Text("Rahasia: memuat data pribadi", "Confidential: holds personal data")
_HEADS = {
    "nama": Text("Nama", "Name"), "nik": Text("NIK", "NIK"), "kpj": Text("KPJ", "KPJ"),
    "sheet_row": Text("Baris pada daftar Bapak/Ibu", "Row on your list"),
    "since": Text("Terdaftar sejak", "Registered since"),
    "listed_rp": Text("Upah pada daftar", "Wage on the list"),
    "reported_rp": Text("Upah yang dilaporkan", "Wage reported"),
    "answer": Text("Penjelasan", "Explanation"), "note": Text("KPJ, tanggal, catatan",
    "KPJ, date, note"),
}  # fmt: skip


@dataclass(frozen=True)
class EmployerFacts:
    """What the workbook says beside its rows.

    Args:
        place: Name of the city.
        as_of: Day of the comparison.
        searched: Participant data searched: scope and date, in words.
        umk: Minimum wage and its source, None if none is recorded.
        umk_source: Its source.
        may_count: Whether numbers are said: enough of the list is beyond doubt.
    """

    place: str
    as_of: date
    searched: Text
    umk: int | None
    umk_source: str
    may_count: bool = True


def write_employer(
    path: Path, name: str, parts: Mapping[str, pl.DataFrame], facts: EmployerFacts,
    lang: Lang = "id",
) -> None:  # fmt: skip
    """Write the workbook of one employer.

    Args:
        path: File to write; the caller makes it appear whole.
        name: Name of the employer.
        parts: ``not_found, not_listed, wages`` → rows of this employer only; NIKs masked.
        facts: What stands beside the rows.
        lang: Language.
    """
    title = Text(f"Mohon klarifikasi · {name}", f"Please clarify · {name}")(lang)
    sheets = [
        _sheet(part, rows, title, facts, lang) for part, rows in parts.items() if rows.height
    ] or [_nothing(title, facts, lang)]  # fmt: skip
    write_xlsx(
        path, sheets, guide=_guide(title, parts, facts, lang), title=title, lang=lang,
        has_summary=False,
    )  # fmt: skip


def _sheet(part: str, rows: pl.DataFrame, title: str, facts: EmployerFacts, lang: Lang) -> SheetOut:
    shown = {
        "not_found": ("sheet_row", "nama", "nik"), "not_listed": ("nama", "nik", "kpj", "since"),
        "wages": ("sheet_row", "nama", "nik", "listed_rp", "reported_rp"),
    }[part]  # fmt: skip
    kinds = {"nik": "id", "kpj": "id", "since": "date", "listed_rp": "rupiah",
             "reported_rp": "rupiah", "sheet_row": "count"}  # fmt: skip
    choices = tuple(a(lang) for a in ANSWERS[part])
    columns = [
        ColumnOut("no", "No", "count", width=6),
        *(ColumnOut(c, _HEADS[c](lang), kinds.get(c, "text")) for c in shown),  # type: ignore[arg-type]
        ColumnOut("answer", _HEADS["answer"](lang), choices=choices, is_input=True, width=30),
        ColumnOut("note", _HEADS["note"](lang), is_input=True, width=28),
    ]
    frame = rows.with_columns(
        no=pl.int_range(1, rows.height + 1), answer=pl.lit(None, dtype=pl.String),
        note=pl.lit(None, dtype=pl.String),
    )  # fmt: skip
    return SheetOut(
        _SHEETS[part](lang), frame, columns,
        above=[[title], [_asked(part, rows.height, facts, lang)], [_searched(facts, lang)], [None]],
        footer=[_SIGNED(lang)], freeze_columns=3, paper=Paper(row_points=22.0, note=_SECRET(lang)),
    )  # fmt: skip


_SIGNED = Text(
    "Dijelaskan oleh: ____________________   Jabatan: ____________________   "
    "Tanggal: ____________   Tanda tangan: ____________________",
    "Explained by: ____________________   Post: ____________________   "
    "Date: ____________   Signature: ____________________",
)


def _nothing(title: str, facts: EmployerFacts, lang: Lang) -> SheetOut:
    words = Text("Tidak ada yang perlu diklarifikasi.", "There is nothing to clarify.")(lang)
    frame = pl.DataFrame({"isi": [words]})
    return SheetOut(
        "Hasil", frame, [ColumnOut("isi", Text("Hasil", "Result")(lang), width=60)],
        above=[[title], [_searched(facts, lang)], [None]], has_footer=False,
    )  # fmt: skip


def _asked(part: str, n: int, facts: EmployerFacts, lang: Lang) -> str:
    """Return what is asked, with a number only where enough of the list is beyond doubt."""
    some = Text(f"{spelling.count(n)} pekerja", f"{spelling.count(n, 'en')} workers")
    who = some if facts.may_count else Text("Pekerja", "Workers")
    least = spelling.rupiah(facts.umk or 0, lang)
    return {
        "not_found": Text(
            f"{who.id} pada daftar Bapak/Ibu belum kami temukan sebagai peserta aktif perusahaan "
            "ini. Mohon klarifikasi.",
            f"{who.en} on your list were not found as active participants of this company. Please "
            "clarify.",
        ),
        "not_listed": Text(
            f"{who.id} masih tercatat aktif pada perusahaan ini dan tidak ada pada daftar "
            "Bapak/Ibu. Mohon klarifikasi.",
            f"{who.en} are still recorded as active at this company and are not on your list. "
            "Please clarify.",
        ),
        "wages": Text(
            "Upah berikut berbeda antara daftar dan laporan"
            + (f", atau di bawah UMK {least}" if facts.umk else "") + ". Mohon klarifikasi.",
            "The following wages differ between list and report"
            + (f", or are below the UMK {least}" if facts.umk else "") + ". Please clarify.",
        ),
    }[part](lang)  # fmt: skip


def _searched(facts: EmployerFacts, lang: Lang) -> str:
    return Text("{place}, keadaan {day}. Dicari pada {data}.",
                "{place}, as of {day}. Searched in {data}.").format(
        lang, place=facts.place, day=spelling.day(facts.as_of, lang), data=facts.searched(lang)
    )  # fmt: skip


def _guide(
    title: str, parts: Mapping[str, pl.DataFrame], facts: EmployerFacts, lang: Lang
) -> list[str]:
    """Return the paragraphs of *Petunjuk*."""
    texts: list[Text] = [
        Text(title, title),
        Text(
            "Daftar ini hanya memuat pekerja perusahaan Bapak/Ibu. Isi kolom kuning: pilih "
            "penjelasan, tulis KPJ atau tanggal bila diminta. Jangan ubah kolom lain.",
            "This list holds workers of your company only. Fill the yellow columns: choose an "
            "explanation, write a KPJ or a date where asked. Leave the other columns alone.",
        ),
        Text(
            "“Belum kami temukan” berarti tidak ditemukan pada data yang disebut di atas; pekerja "
            "itu mungkin terdaftar di cabang lain atau dengan nomor lain.",
            "“Not found” means not found in the data named above; the worker may be registered at "
            "another branch or under another number.",
        ),
        Text(
            "Kembalikan berkas ini kepada pengirimnya dalam 14 hari kerja, atau sebut tanggal yang "
            "sanggup dipenuhi.",
            "Return this file to its sender within 14 working days, or name a day when you can.",
        ),
        Text(
            "Data pribadi (UU 27/2022): hanya untuk klarifikasi kepesertaan; jangan diteruskan.",
            "Personal data (Law 27/2022): for clarifying membership only; do not pass on.",
        ),
    ]
    if not facts.may_count:
        texts.append(Text(
            "Jumlah tidak disebut karena banyak NIK pada daftar kosong atau rusak; mohon daftar "
            "yang diperbaiki.",
            "No numbers are stated because many NIKs of the list are missing or damaged; please "
            "send a corrected list.",
        ))  # fmt: skip
    if facts.umk:
        least = f"UMK: {spelling.rupiah(facts.umk, lang)} ({facts.umk_source})."
        texts.append(Text(least, least))
    return [t(lang) for t in texts]


def write_candidates(
    path: Path, firms: pl.DataFrame, found: Sequence[Candidate], left: pl.DataFrame,
    facts: EmployerFacts, lang: Lang = "id",
) -> None:  # fmt: skip
    """Write the office's overview: employers to be asked, and people who may have left.

    Args:
        path: File to write.
        firms: Rows of ``employers.compare.sums_sql`` with ``berkas``.
        found: Questions.
        left: People still active at a firm who are on another employer's later list: ``nama, nik,
            firm, other_firm, other_list_on``; NIKs masked.
        facts: What stands beside the rows.
        lang: Language.
    """
    title = Text("Pemberi kerja untuk diklarifikasi · {place}", "Employers to be asked · {place}")
    head = title.format(lang, place=facts.place)
    sheets = [_candidate_sheet(firms, found, head, facts, lang), _left_sheet(left, head, lang)]
    codes = [
        Code(Text("Jenis", "Kind")(lang), KINDS[k](lang), text(lang))
        for k, text in _MEANINGS.items()
    ]  # fmt: skip
    guide = [
        head,
        Text("Calon adalah pertanyaan, bukan pelanggaran. Kekuatan bukti: kuat = sedikitnya tiga "
             "orang tanpa keraguan atau dua sumber; sedang = satu dua orang atau satu sumber; "
             "lemah = hanya petunjuk. Serahkan tiap berkas hanya kepada perusahaannya.",
             "A candidate is a question, not a violation. Strength: strong = at least three people "
             "beyond doubt, or two sources; medium = one or two, or one source; weak = a hint "
             "only. Hand each file to its own company only.")(lang),
        _searched(facts, lang),
    ]  # fmt: skip
    write_xlsx(path, sheets, guide=guide, codes=codes, title=head, lang=lang, has_summary=False)


_MEANINGS = {
    "pwbd": Text("wajib mendaftar, belum mendaftar", "obliged, not registered"),
    "pds_tk": Text("mendaftarkan sebagian pekerja", "registers only some workers"),
    "pds_upah": Text("melaporkan upah terlalu rendah", "reports wages too low"),
    "pds_program": Text("mengikuti sebagian program", "takes part in some programmes only"),
}


def _candidate_sheet(
    firms: pl.DataFrame, found: Sequence[Candidate], head: str, facts: EmployerFacts, lang: Lang
) -> SheetOut:
    by_firm: dict[str, dict[str, Any]] = {f["firm"]: f for f in firms.to_dicts()}
    rank = list(STRENGTHS)
    ordered = sorted(
        found, key=lambda c: (rank.index(c.strength), -(c.n or 0), by_firm[c.firm]["nama"] or "")
    )
    rows = [
        (by_firm[c.firm]["npp"], by_firm[c.firm]["nama"], KINDS[c.kind](lang),
         STRENGTHS[c.strength](lang), c.ground(lang), by_firm[c.firm]["n_listed"] or None,
         by_firm[c.firm]["n_active"], by_firm[c.firm].get("berkas"))
        for c in ordered
    ]  # fmt: skip
    names = ("npp", "nama", "jenis", "bukti", "dasar", "daftar", "aktif", "berkas")
    schema = {n: pl.Int64 if n in ("daftar", "aktif") else pl.String for n in names}
    head_words = Text(
        "NPP|Nama|Jenis|Bukti|Dasar|Pada daftarnya|Aktif|Berkas",
        "NPP|Name|Kind|Evidence|Ground|On its list|Active|File",
    )
    heads = head_words(lang).split("|")
    kinds = {"npp": "id", "daftar": "count", "aktif": "count"}
    widths = {"dasar": 46.0, "nama": 30.0, "jenis": 26.0}
    columns = [
        ColumnOut(n, h, kinds.get(n, "text"), width=widths.get(n), is_wrapped=n in widths)  # type: ignore[arg-type]
        for n, h in zip(names, heads, strict=True)
    ]  # fmt: skip
    return SheetOut(
        Text("Calon", "Candidates")(lang), pl.DataFrame(rows, schema=schema, orient="row"), columns,
        above=[[head], [_searched(facts, lang)], [None]], freeze_columns=2,
        footer=[Text("Tanpa nama pekerja.", "Without names of workers.")(lang)],
        paper=Paper(row_points=20.0),
    )  # fmt: skip


def _left_sheet(left: pl.DataFrame, head: str, lang: Lang) -> SheetOut:
    columns = [
        ColumnOut("nama", Text("Nama", "Name")(lang)),
        ColumnOut("nik", "NIK", "id"),
        ColumnOut("kpj", "KPJ", "id"),
        ColumnOut("firm_name", Text("Masih aktif pada", "Still active at")(lang)),
        ColumnOut("other_name", Text("Ada pada daftar", "Is on the list of")(lang)),
        ColumnOut("other_list_on", Text("Tanggal daftar itu", "Date of that list")(lang), "date"),
    ]
    note = Text(
        "Mungkin sudah pindah kerja. Selama masih tercatat aktif pada pemberi kerja lama, orang "
        "ini keliru dianggap sudah terlindungi di sana. Hanya untuk kantor, bukan perusahaan.",
        "May have changed employers. While still recorded as active at the old one, the person is "
        "wrongly taken as covered there. For the office only, not for companies.",
    )
    return SheetOut(
        Text("Mungkin sudah keluar", "May have left")(lang), left, columns,
        above=[[head], [_SECRET(lang)], [None]], footer=[note(lang)], freeze_columns=1,
    )  # fmt: skip
