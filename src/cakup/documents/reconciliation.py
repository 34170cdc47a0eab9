"""Berita Acara rekonsiliasi: the minutes of a month as a Word document, and its attachment.

The minutes hold numbers only: kode iuran × programme × month of both sides, names sent and what
became of them, the differences to be settled, two signatures. Participants whom only one side has
stand in the attachment, numbers masked. The bytes depend only on the content.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.kernel.terbilang import terbilang
from cakup.sheets import Code, ColumnOut, SheetOut, write_xlsx

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  (a fixed mark, so that equal content is equal bytes)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_HEAD_TINT = "E3EEF0"
_DOTS = "…………………………"
WADAH = {
    "SC": Text("perusahaan atau CSR", "company or CSR"), "SB": Text("bank", "bank"),
    "SG": Text("pemerintah (APBD, DBH)", "government (APBD, DBH)"),
    "SD": Text("desa (APBDes)", "village (APBDes)"), "SA": Text("desa melalui APBD",
    "village via APBD"), "SL": Text("desa, dana lain", "village, other funds"),
}  # fmt: skip
PROGRAMS = {"semua": Text("semua program", "all programmes")}


@dataclass(frozen=True)
class MinutesFacts:
    """What the minutes say beside their tables.

    Args:
        place: Name of the city.
        first: First month.
        last: Last month.
        ours: Our side.
        theirs: Their side.
        number: Number of the minutes, empty = to be filled in.
        attachment: Name of the attachment.
    """

    place: str
    first: date
    last: date
    ours: str
    theirs: str
    number: str
    attachment: str


def write_minutes(
    path: Path, groups: pl.DataFrame, one_sided: pl.DataFrame,
    answers: Sequence[tuple[str, int, int, int, int, str]], facts: MinutesFacts,
) -> None:  # fmt: skip
    """Write the Berita Acara, in Indonesian.

    Args:
        path: ``.docx`` to write; the caller makes it appear whole.
        groups: Both sides by kode iuran, month and programme.
        one_sided: Participants whom only one side has; only their number is told.
        answers: Kode iuran, sent, accepted, numbered, rejected, reasons.
        facts: What stands beside the tables.
    """
    document = _paper(facts)
    _opening(document, facts)
    _say(document, "1. Iuran menurut kode iuran, bulan, dan program", bold=True)
    _groups_table(document, groups)
    _say(document, _sum_words(groups))
    _differences(document, groups, one_sided, facts)
    if answers:
        _say(document, "3. Data peserta yang dikirim dan jawabannya", bold=True)
        heads = (
            "Kode iuran",
            "Dikirim",
            "Diterima",
            "Nomor diberikan",
            "Ditolak",
            "Alasan ditolak",
        )
        rows = [tuple(map(_cell, row)) for row in answers]
        _table(document, heads, rows, (3.2, 2, 2, 2.6, 2, 5.4), numbers=(1, 2, 3, 4))
    _closing(document, facts)
    _save(document, path)


def _paper(facts: MinutesFacts) -> Any:
    """Return an empty A4 document with page numbers."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2))
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(10)
    style.paragraph_format.space_after = Pt(6)
    properties = document.core_properties
    properties.title = f"Berita Acara Rekonsiliasi Iuran {_months(facts)}"
    properties.author, properties.language = "Cakup", "id-ID"
    properties.created = properties.modified = CREATED
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("Halaman ")
    _field(footer, "PAGE")
    footer.add_run(" dari ")
    _field(footer, "NUMPAGES")
    return document


def _field(paragraph: Any, code: str) -> None:
    """Add a field that Word works out."""
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, code), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _say(document: Any, text: str, *, bold: bool = False, center: bool = False) -> Any:
    paragraph = document.add_paragraph()
    paragraph.add_run(text).bold = bold
    if center:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if bold:
        paragraph.paragraph_format.keep_with_next = True
    return paragraph


def _opening(document: Any, facts: MinutesFacts) -> None:
    _say(document, f"PEMERINTAH {facts.place.upper()}", bold=True, center=True)
    _say(document, "BERITA ACARA REKONSILIASI IURAN JAMINAN SOSIAL KETENAGAKERJAAN", bold=True,
         center=True)  # fmt: skip
    _say(document, f"Nomor: {facts.number or _DOTS}", center=True)
    _say(
        document,
        f"Pada hari ini, {_DOTS} tanggal {_DOTS}, bertempat di {_DOTS}, kami yang bertanda tangan "
        f"di bawah ini, {facts.ours} untuk Pemerintah {facts.place} (Pihak Pertama) dan "
        f"{facts.theirs} (Pihak Kedua), telah mencocokkan iuran {_months(facts)} menurut kode "
        "iuran, program, dan bulan, bukan menurut jumlah seluruhnya, dengan hasil berikut.",
    )


def _months(facts: MinutesFacts) -> str:
    last = _month(facts.last)
    return f"bulan {last}" if facts.first == facts.last else f"{_month(facts.first)} s.d. {last}"


def _month(day: date) -> str:
    return " ".join(spelling.day(day).split()[1:])


def _groups_table(document: Any, groups: pl.DataFrame) -> None:
    heads = ("Wadah", "Kode iuran", "Bulan", "Program", "Pihak I orang", "Pihak I Rp",
             "Pihak II orang", "Pihak II Rp", "Selisih Rp")  # fmt: skip
    rows = [
        (
            g["wadah"] or "–", g["kode_iuran"], spelling.month(g["bulan"]),
            PROGRAMS[g["programs"]]("id") if g["programs"] in PROGRAMS else g["programs"].upper(),
            _cell(g["our_persons"]), _plain(g["our_rp"]), _cell(g["their_persons"]),
            _plain(g["their_rp"]), _plain((g["our_rp"] or 0) - (g["their_rp"] or 0)),
        )
        for g in groups.iter_rows(named=True)
    ]  # fmt: skip
    ours, theirs = _sums(groups)
    rows.append(("", "Jumlah", "", "", "", _plain(ours), "", _plain(theirs), _plain(ours - theirs)))
    _table(document, heads, rows, (1.4, 2.4, 1.7, 1.7, 1.6, 2.3, 1.6, 2.3, 2.1),
           numbers=(4, 5, 6, 7, 8), last_bold=True)  # fmt: skip


def _sums(groups: pl.DataFrame) -> tuple[int, int]:
    return int(groups["our_rp"].sum() or 0), int(groups["their_rp"].sum() or 0)


def _sum_words(groups: pl.DataFrame) -> str:
    ours, theirs = _sums(groups)
    gap = ours - theirs
    said = (
        f"Jumlah Pihak Pertama {_rupiah(ours)}; Pihak Kedua {_rupiah(theirs)}; "
        f"selisih {_rupiah(gap)}"
    )
    codes = sorted({w for w in groups["wadah"].to_list() if w})
    told = ", ".join(f"{c} = {WADAH[c]('id')}" for c in codes if c in WADAH)
    return f"{said}. Kode wadah: {told} (belum dikonfirmasi cabang)." if told else f"{said}."


def _rupiah(value: int) -> str:
    return f"{spelling.rupiah(value)},00 ({terbilang(value)} rupiah)"


def _differences(
    document: Any, groups: pl.DataFrame, one_sided: pl.DataFrame, facts: MinutesFacts
) -> None:
    _say(document, "2. Selisih dan tindak lanjut", bold=True)
    differing = groups.filter(
        ~(
            pl.col("our_rp").eq_missing(pl.col("their_rp"))
            & pl.col("our_persons").eq_missing(pl.col("their_persons"))
        )
    )
    if not differing.height:
        _say(document, "Tidak ada selisih pada kode iuran, program, dan bulan mana pun.")
        return
    sides = dict(one_sided.group_by("side").len().iter_rows())
    mine, yours = (spelling.count(sides.get(s, 0)) for s in ("ours", "theirs"))
    _say(
        document,
        f"{spelling.count(differing.height)} kelompok berselisih. {mine} peserta-bulan hanya "
        f"ada pada data Pihak Pertama dan {yours} hanya pada data Pihak Kedua; rinciannya pada "
        f"lampiran {facts.attachment}.",
    )
    for text in (
        "Pihak Kedua memeriksa peserta-bulan yang hanya ada pada data Pihak Pertama.",
        "Pihak Pertama memeriksa peserta-bulan yang hanya ada pada data Pihak Kedua.",
        f"Selisih diselesaikan selambat-lambatnya tanggal {_DOTS}.",
    ):
        document.add_paragraph(text, style="List Number")


def _closing(document: Any, facts: MinutesFacts) -> None:
    _say(document, "Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan "
         "sebagaimana mestinya.")  # fmt: skip
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, head, body in zip(
        table.rows[0].cells, ("PIHAK PERTAMA", "PIHAK KEDUA"), (facts.ours, facts.theirs),
        strict=True,
    ):  # fmt: skip
        cell.text = f"{head}\n{body}\n\n\n\n{_DOTS}\nNama, jabatan, NIP"
        for paragraph in cell.paragraphs:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    row = table.rows[0]._tr.get_or_add_trPr()
    row.append(OxmlElement("w:cantSplit"))


def _table(
    document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float],
    *, numbers: Sequence[int] = (), last_bold: bool = False,
) -> None:  # fmt: skip
    """Add a table whose head is repeated on every page."""
    table = document.add_table(rows=1, cols=len(heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _fill(table.rows[0], heads, widths, numbers, bold=True, tint=True)
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for at, row in enumerate(rows):
        is_last = last_bold and at == len(rows) - 1
        _fill(table.add_row(), row, widths, numbers, bold=is_last, tint=is_last)
    document.add_paragraph()


def _fill(
    row: Any, cells: Sequence[str], widths: Sequence[float], numbers: Sequence[int], *, bold: bool,
    tint: bool,
) -> None:  # fmt: skip
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for at, (cell, text, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(8)
        if at in numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if tint:
            shade = OxmlElement("w:shd")
            shade.set(qn("w:val"), "clear")
            shade.set(qn("w:fill"), _HEAD_TINT)
            cell._tc.get_or_add_tcPr().append(shade)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return spelling.count(value) if isinstance(value, int) else str(value)


def _plain(value: int | None) -> str:
    if value is None:
        return "–"
    return f"{'−' if value < 0 else ''}{spelling.count(abs(value))}"


def _save(document: Any, path: Path) -> None:
    """Write the document with fixed times in its container."""
    held = io.BytesIO()
    document.save(held)
    with zipfile.ZipFile(held) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(made.namelist()):
            out.writestr(zipfile.ZipInfo(name, _ZIP_DATE), made.read(name), zipfile.ZIP_DEFLATED)


def write_attachment(
    path: Path, groups: pl.DataFrame, one_sided: pl.DataFrame, facts: MinutesFacts,
    lang: Lang = "id",
) -> None:  # fmt: skip
    """Write the attachment: all groups, and participants whom only one side has.

    Args:
        path: ``.xlsx`` to write.
        groups: Both sides by kode iuran, month and programme.
        one_sided: Participants whom only one side has, NIKs masked, with ``berkas``.
        facts: What stands beside the tables.
        lang: Language.
    """
    title = Text(f"Rekonsiliasi iuran {_months(facts)}", f"Reconciliation, {_months(facts)}")(lang)
    secret = Text("Rahasia: memuat nomor peserta", "Confidential: holds participant numbers")(lang)
    sides = {"ours": facts.ours, "theirs": facts.theirs}
    named = one_sided.with_columns(pl.col("side").replace(sides), _month_text())
    sheets = [
        SheetOut(Text("Kelompok", "Groups")(lang), _group_rows(groups), _group_columns(facts, lang),
                 above=[[title], [None]], freeze_columns=2),
        SheetOut(Text("Hanya satu pihak", "One side only")(lang), named, _alone_columns(lang),
                 above=[[title], [secret], [None]], freeze_columns=1),
    ]  # fmt: skip
    codes = [
        Code(Text("Wadah", "Payer code")(lang), code, text(lang)) for code, text in WADAH.items()
    ]
    guide = [
        title,
        Text("Kode wadah menurut satu sumber BPJS; belum dikonfirmasi cabang. Bila pihak mana pun "
             "menyebut satu jumlah untuk beberapa program, kode iuran dan bulan itu dicocokkan "
             "untuk semua program bersama.",
             "Payer codes follow one source of the insurer, not confirmed. Where a side states one "
             "amount for several programmes, they are compared together.")(lang),
    ]  # fmt: skip
    write_xlsx(path, sheets, guide=guide, codes=codes, title=title, lang=lang)


def _month_text() -> pl.Expr:
    return pl.col("bulan").dt.strftime("%Y-%m")


def _group_rows(groups: pl.DataFrame) -> pl.DataFrame:
    gap = pl.col("our_rp").fill_null(0) - pl.col("their_rp").fill_null(0)
    people = pl.col("our_persons").fill_null(0) - pl.col("their_persons").fill_null(0)
    return groups.with_columns(_month_text(), gap_persons=people, gap_rp=gap)


def _group_columns(facts: MinutesFacts, lang: Lang) -> list[ColumnOut]:
    persons, money, gap = Text("orang", "persons"), Text("Rp", "Rp"), Text("Selisih", "Difference")
    return [
        ColumnOut("wadah", Text("Wadah", "Payer code")(lang)),
        ColumnOut("kode_iuran", Text("Kode iuran", "Kode iuran")(lang), "id"),
        ColumnOut("bulan", Text("Bulan", "Month")(lang)),
        ColumnOut("programs", Text("Program", "Programmes")(lang)),
        ColumnOut("our_persons", f"{facts.ours}: {persons(lang)}", "count"),
        ColumnOut("our_rp", f"{facts.ours}: {money(lang)}", "rupiah", has_total=True),
        ColumnOut("their_persons", f"{facts.theirs}: {persons(lang)}", "count"),
        ColumnOut("their_rp", f"{facts.theirs}: {money(lang)}", "rupiah", has_total=True),
        ColumnOut("gap_persons", f"{gap(lang)}: {persons(lang)}", "count"),
        ColumnOut("gap_rp", f"{gap(lang)}: {money(lang)}", "rupiah", has_total=True),
    ]  # fmt: skip


def _alone_columns(lang: Lang) -> list[ColumnOut]:
    return [
        ColumnOut("side", Text("Hanya ada pada", "Only with")(lang)),
        ColumnOut("kode_iuran", Text("Kode iuran", "Kode iuran")(lang), "id"),
        ColumnOut("bulan", Text("Bulan", "Month")(lang)), ColumnOut("kpj", "KPJ", "id"),
        ColumnOut("nik", "NIK", "id"), ColumnOut("rupiah", "Rupiah", "rupiah", has_total=True),
        ColumnOut("berkas", Text("Berkas", "File")(lang)),
        ColumnOut("sheet_row", Text("Baris", "Row")(lang), "count"),
    ]  # fmt: skip
