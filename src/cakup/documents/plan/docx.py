"""Papers as DOCX for letters that an office goes on editing (Telaahan Staf, KAK/RAB)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from cakup.documents.plan.blocks import Block, Paper
from cakup.documents.plan.office import Office
from cakup.documents.plan.pdf import SHEETS

ACCENT, ACTION, MUTED = RGBColor(11, 85, 99), RGBColor(168, 72, 10), RGBColor(75, 96, 103)
TINT, LINE = "E8F0F0", "B9C6C8"
#: Width of a table: A4 or F4 less the margins, millimetres.
TABLE_MM = 163
#: A word across the page, as word processors keep it in a header.
WATERMARK = (
    f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
    '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
    '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
    '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="KonsepWatermark" o:spid="_x0000_s2049" type="#_x0000_t136" alt="KONSEP" '
    'style="position:absolute;margin-left:0;margin-top:0;width:430pt;height:108pt;rotation:315;'
    "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#e6e6e6" '
    'stroked="f"><v:textpath style="font-family:Arial;font-weight:bold" string="KONSEP"/>'
    "</v:shape></w:pict></w:r>"
)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def write_docx(path: Path, paper: Paper, office: Office, *, draft: bool) -> None:
    """Write a paper as DOCX.

    Args:
        path: File to write; the caller makes it appear whole.
        paper: The paper.
        office: Letterhead and sheet size.
        draft: Whether *KONSEP* stands at the head of every page.
    """
    book = Document()
    _set_up(book, paper, office, draft=draft)
    for block in paper.blocks:
        _write(book, block, office)
    held = io.BytesIO()
    book.save(held)
    _undated(path, held)


def _undated(path: Path, held: io.BytesIO) -> None:
    """Write the package without the time of day, so that equal content is equal bytes."""
    with zipfile.ZipFile(held) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in made.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, made.read(name))


def _write(book: Any, block: Block, office: Office) -> None:
    """Write one block; a DOCX keeps no blocks together."""
    if block["kind"] == "together":
        for part in block["blocks"]:
            _write(book, part, office)
        return
    _WRITERS[block["kind"]](book, block, office)


def _set_up(book: Any, paper: Paper, office: Office, *, draft: bool) -> None:
    """Set sheet, margins, style, properties, header and footer."""
    width, height = SHEETS[office.sheet]
    section = book.sections[0]
    if paper.landscape:
        section.orientation, width, height = WD_ORIENT.LANDSCAPE, height, width
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin, section.right_margin = Mm(25), Mm(20)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    style = book.styles["Normal"]
    style.font.name, style.font.size = ("Bookman Old Style" if paper.serif else "Arial"), Pt(10.5)
    style.paragraph_format.space_after = Pt(5)
    core = book.core_properties
    core.title, core.language = paper.title, "id"
    core.author = office.lines[0] if office.lines else "Cakup"
    core.created = core.modified = CREATED
    core.last_modified_by = ""
    if draft:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = head.add_run("KONSEP · belum untuk ditandatangani")
        run.bold, run.font.size, run.font.color.rgb = True, Pt(9), ACTION
        head._p.append(parse_xml(WATERMARK))
    foot = section.footer.paragraphs[0]
    run = foot.add_run(f"{paper.footer or paper.title} · halaman ")
    run.font.size, run.font.color.rgb = Pt(8), MUTED
    _field(foot, "PAGE")
    run = foot.add_run(" dari ")
    run.font.size = Pt(8)
    _field(foot, "NUMPAGES")


def _field(paragraph: Any, code: str) -> None:
    """Add a field such as the page number."""
    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind, text in (("begin", None), (None, code), ("end", None)):
        if kind:
            made = OxmlElement("w:fldChar")
            made.set(qn("w:fldCharType"), kind)
        else:
            made = OxmlElement("w:instrText")
            made.set(qn("xml:space"), "preserve")
            made.text = text
        run._r.append(made)


def _kop(book: Any, block: Block, office: Office) -> None:
    for n, line in enumerate(office.lines):
        p = book.add_paragraph()
        p.alignment = WD_ALIGN_PARAGRAPH.CENTER
        p.paragraph_format.space_after = Pt(0)
        run = p.add_run(line.upper())
        run.bold, run.font.size = True, Pt(14 if n == len(office.lines) - 1 else 12)
    p = book.add_paragraph()
    p.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = p.add_run(office.address)
    run.font.size = Pt(9)
    _under(p)


def _under(paragraph: Any) -> None:
    """Draw a double line under a paragraph."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for key, value in (("val", "thinThickSmallGap"), ("sz", "18"), ("space", "4"),
                       ("color", "13272C")):  # fmt: skip
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _title(book: Any, block: Block, office: Office) -> None:
    for n, line in enumerate(block["lines"]):
        p = book.add_paragraph()
        p.alignment = WD_ALIGN_PARAGRAPH.CENTER
        p.paragraph_format.space_after = Pt(0 if n + 1 < len(block["lines"]) else 10)
        run = p.add_run(line)
        run.bold, run.font.size = n == 0, Pt(13 if n == 0 else 11)


def _heading(book: Any, block: Block, office: Office) -> None:
    p = book.add_paragraph()
    p.paragraph_format.space_before, p.paragraph_format.keep_with_next = Pt(8), True
    run = p.add_run(block["text"])
    run.bold, run.font.size, run.font.color.rgb = (
        True,
        Pt(12 if block["level"] == 1 else 11),
        ACCENT,
    )


def _para(book: Any, block: Block, office: Office) -> None:
    p = book.add_paragraph(block["text"])
    p.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _bullets(book: Any, block: Block, office: Office) -> None:
    for n, item in enumerate(block["items"], start=1):
        p = book.add_paragraph()
        p.paragraph_format.left_indent, p.paragraph_format.first_line_indent = Mm(8), Mm(-6)
        p.paragraph_format.space_after = Pt(3)
        p.add_run(f"{n}.  {item}" if block["numbered"] else f"•  {item}")


def _pairs(book: Any, block: Block, office: Office) -> None:
    grid = book.add_table(rows=0, cols=3)
    widths = (32, 5, TABLE_MM - 37)
    _columns(grid, widths)
    for label, value in block["rows"]:
        cells = grid.add_row().cells
        for cell, text, width in zip(cells, (label, ":", value), widths, strict=True):
            cell.width = Mm(width)
            cell.paragraphs[0].paragraph_format.space_after = Pt(1)
            cell.paragraphs[0].add_run(text)
    book.add_paragraph().paragraph_format.space_after = Pt(0)


def _clauses(book: Any, block: Block, office: Office) -> None:
    grid = book.add_table(rows=0, cols=4)
    widths = (27, 5, 8, TABLE_MM - 40)
    _columns(grid, widths)
    for n, (mark, text) in enumerate(block["items"]):
        cells = grid.add_row().cells
        head = (block["label"], ":") if n == 0 else ("", "")
        for cell, said, width in zip(cells, (*head, mark, text), widths, strict=True):
            cell.width = Mm(width)
            p = cell.paragraphs[0]
            p.paragraph_format.space_after = Pt(3)
            p.add_run(said)
        cells[3].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _table(book: Any, block: Block, office: Office) -> None:
    grid = book.add_table(rows=1, cols=len(block["heads"]))
    weights = block["widths"] or [1] * len(block["heads"])
    _columns(grid, [TABLE_MM * w / sum(weights) for w in weights])
    _lines(grid)
    _row(grid.rows[0], block["heads"], block, bold=True, shaded=True)
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(header)
    for n, row in enumerate(block["rows"]):
        is_last = block["total"] and n == len(block["rows"]) - 1
        made = grid.add_row()
        _whole(made)
        _row(made, row, block, bold=is_last, shaded=is_last)
    book.add_paragraph().paragraph_format.space_after = Pt(2)


def _columns(grid: Any, widths: Sequence[float]) -> None:
    """Set the widths of a table's columns, millimetres; programs ask the grid, not the cells."""
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)


def _whole(row: Any) -> None:
    """Keep a row on one page."""
    made = OxmlElement("w:cantSplit")
    made.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(made)


def _lines(grid: Any) -> None:
    """Draw thin lines between rows, none between columns."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LINE)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    grid._tbl.tblPr.append(borders)


def _row(row: Any, texts: list[str], block: Block, *, bold: bool, shaded: bool) -> None:
    """Fill one row of a table."""
    weights = block["widths"] or [1] * len(texts)
    for n, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = Mm(TABLE_MM * weights[n] / sum(weights))
        p = cell.paragraphs[0]
        p.paragraph_format.space_after = Pt(0)
        if n in block["right"]:
            p.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = p.add_run(text)
        run.bold, run.font.size = bold, Pt(8 if block["small"] else 9.5)
        if shaded:
            shade = OxmlElement("w:shd")
            for key, value in (("val", "clear"), ("color", "auto"), ("fill", TINT)):
                shade.set(qn(f"w:{key}"), value)
            cell._tc.get_or_add_tcPr().append(shade)


def _sign(book: Any, block: Block, office: Office) -> None:
    people = block["people"]
    book.add_paragraph().paragraph_format.space_after = Pt(2)
    grid = book.add_table(rows=1, cols=2)
    _columns(grid, (TABLE_MM / 2, TABLE_MM / 2))
    _whole(grid.rows[0])
    cells = list(grid.rows[0].cells)
    placed = [None, people[0]] if len(people) == 1 else people[:2]
    for cell, person in zip(cells, placed, strict=True):
        if person is None:
            continue
        lines = [block["place_date"]] if block["place_date"] and cell is cells[-1] else []
        lines += [person.get("jabatan", ""), "", "", "", person.get("nama", "…………………………")]
        lines += [x for x in (person.get("pangkat", ""),) if x]
        lines += [f"NIP {person['nip']}"] if person.get("nip") else []
        for n, line in enumerate(lines):
            p = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
            p.paragraph_format.space_after = Pt(0)
            p.paragraph_format.keep_with_next = True
            run = p.add_run(line)
            run.bold = line == person.get("nama")


def _mark(book: Any, block: Block, office: Office) -> None:
    run = book.add_paragraph().add_run(block["text"])
    run.font.size, run.font.color.rgb, run.italic = Pt(9), ACTION, True


def _hero(book: Any, block: Block, office: Office) -> None:
    p = book.add_paragraph()
    run = p.add_run(f"{block['value']}  ")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(22), ACCENT
    p.add_run(block["text"])


_WRITERS = {
    "kop": _kop, "title": _title, "heading": _heading, "para": _para, "bullets": _bullets,
    "pairs": _pairs, "clauses": _clauses, "table": _table, "sign": _sign, "mark": _mark,
    "hero": _hero,
}  # fmt: skip
