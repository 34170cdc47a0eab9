"""Workbooks for offices: data first, then *Ringkasan*, *Petunjuk* and *Kode*.

XlsxWriter makes the workbook (styles, frozen panes, filters, widths, print settings) with two
marker rows per table; the table's rows are then put in their place as XML that is made by whole
columns (``rows``).
The bytes depend only on the content: no clock, no user name.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from cakup.kernel.language import Lang, Text
from cakup.sheets.outline import NUMBER_KINDS, Code, ColumnOut, SheetOut, safe_sheet_names
from cakup.sheets.rows import letters, row_blocks
from cakup.sheets.widths import column_widths

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  (a fixed mark, so that equal content is equal bytes)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NUMBER_FORMATS = {
    "text": "@",
    "id": "@",
    "count": "#,##0",
    "rupiah": '"Rp"#,##0',
    "decimal": "#,##0.00",
    "percent": "0.0%",
    "date": "dd/mm/yyyy",
}
_HEAD_TINT, _INPUT_TINT, _LINE = "#E3EEF0", "#FFF7DB", "#B7C9CC"
_MARK_TINT = "#F9D9C6"
_A4, _A3 = 9, 8
#: A4 landscape less the margins; pixels per inch, per character (with room for other programs) and
#: around a cell.
_MARGIN, _PAPER_INCHES, _PIXELS, _CHAR_PIXELS, _CELL_PIXELS = 0.4, 10.7, 96, 7.5, 5
_ROW_POINTS, _GUIDE_CHARS = 15.5, 92
#: Width of a bold letter in digits; a filter's arrow needs room too.
_BOLD_CHAR = 1.15
_ROW_COUNT = Text(id="Jumlah baris", en="Rows")
_TOTAL = Text(id="Jumlah", en="Total")
_SUMMARY = Text(id="Ringkasan", en="Summary")
_GUIDE = Text(id="Petunjuk", en="Guide")
_CODES = Text(id="Kode", en="Codes")
_SHEET = Text(id="Lembar", en="Sheet")
_COLUMN = Text(id="Kolom", en="Column")
_MEANING = Text(id="Arti", en="Meaning")
_PAGE = Text(id="&L&A&RHalaman &P dari &N", en="&L&A&RPage &P of &N")
_ROW = re.compile(rb"<row\b[^>]*>.*?</row>", re.S)
_STYLE = re.compile(rb'<c r="[A-Z]+\d+" s="(\d+)"')


def write_xlsx(
    path: Path,
    sheets: Sequence[SheetOut],
    *,
    guide: Sequence[str] = (),
    codes: Sequence[Code] = (),
    title: str = "",
    lang: Lang = "id",
    has_summary: bool = True,
) -> None:
    """Write a workbook whose texts stay texts.

    Args:
        path: File to write; the caller makes it appear whole.
        sheets: Data sheets in order, at least one.
        guide: Paragraphs of the sheet *Petunjuk*; no such sheet where empty.
        codes: Lines of the sheet *Kode*; no such sheet where empty.
        title: Title in the workbook's properties.
        lang: Language of what this function adds.
        has_summary: Whether several data sheets are followed by *Ringkasan*, their rows and totals.

    Raises:
        LimitError: ``sheet.too_large`` (on making a ``SheetOut``).
    """
    held = io.BytesIO()
    names = safe_sheet_names([sheet.name for sheet in sheets])
    extra = safe_sheet_names([*names, _SUMMARY(lang), _GUIDE(lang), _CODES(lang)])[len(names) :]
    options: dict[str, Any] = dict(_OPTIONS)
    if any(sheet.paper for sheet in sheets):
        # Widths are counted in digits of this font: with one that every office has, what fits the
        # paper in one program fits it in another.
        options["default_format_properties"] = {"font_name": "Arial", "font_size": 10}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": title, "created": CREATED})
        formats = _Formats(book)
        for name, sheet in zip(names, sheets, strict=True):
            _outline(book.add_worksheet(name), sheet, formats, lang)
        if len(sheets) > 1 and has_summary:
            _write_summary(book.add_worksheet(extra[0]), names, sheets, formats, lang)
        if guide:
            _write_guide(book.add_worksheet(extra[1]), guide, formats)
        if codes:
            _write_codes(book.add_worksheet(extra[2]), codes, formats, lang)
    _fill(path, held, sheets)


class _Formats:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, ...], Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 13, "num_format": "@"})
        self.blank = book.add_format()
        self.plain = book.add_format({"num_format": "@"})
        self.wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.head = book.add_format(
            {
                "bold": True,
                "num_format": "@",
                "bg_color": _HEAD_TINT,
                "bottom": 1,
                "bottom_color": _LINE,
                "text_wrap": True,
                "valign": "vcenter",
            }
        )
        self.fill = book.add_format(
            {"num_format": "@", "bg_color": _INPUT_TINT, "border": 1, "border_color": _LINE}
        )
        self.label = book.add_format({"bold": True, "num_format": "@", "top": 1})
        self.marked = book.add_format({"bold": True, "bg_color": _MARK_TINT})

    def cell(self, column: ColumnOut, *, is_total: bool = False, is_ruled: bool = False) -> Any:
        """Return the format of a column's cells, or of its total."""
        traits = (column.is_input, is_total, is_ruled, column.is_wrapped)
        key = (column.kind, *map(str, traits))
        if key not in self._made:
            wish: dict[str, Any] = {"num_format": _NUMBER_FORMATS[column.kind], "valign": "top"}
            if is_ruled:
                wish |= {"valign": "vcenter", "bottom": 1, "bottom_color": _LINE}
                wish |= {"align": "center"} if column.kind in NUMBER_KINDS else {}
            if column.is_wrapped or (is_ruled and column.kind == "text"):
                wish |= {"text_wrap": True}
            if column.is_input:
                wish |= {"bg_color": _INPUT_TINT, "border": 1, "border_color": _LINE}
            if is_total:
                wish |= {"bold": True, "top": 1}
            self._made[key] = self._book.add_format(wish)
        return self._made[key]


def _outline(sheet: Any, out: SheetOut, formats: _Formats, lang: Lang) -> None:
    """Write everything of a data sheet but its rows; those get a first and a last marker row."""
    columns, head = out.shown, out.header_rows
    for number, row in enumerate(out.above):
        is_head = number in out.heads
        look = formats.head if is_head else formats.plain if number else formats.title
        for place, text in enumerate(row):
            if text:
                sheet.write_string(number, place, text, look)
            elif is_head:
                sheet.write_blank(number, place, None, look)
    for number, place in out.fills:
        sheet.write_blank(number, place, None, formats.fill)
    widths = column_widths(out)
    if out.has_header:
        for place, column in enumerate(columns):
            sheet.write_string(head - 1, place, column.title, formats.head)
        lines = (_lines(c.title, w) for c, w in zip(columns, widths, strict=True))
        sheet.set_row(head - 1, _ROW_POINTS * max(lines, default=1))
    for place, width in enumerate(widths):
        hidden = {"hidden": 1} if columns[place].is_hidden else {}
        # Cells to fill are styled one by one: a column's style would tint the title rows too.
        style = formats.blank if columns[place].is_input else formats.cell(columns[place])
        sheet.set_column(place, place, width, style, hidden)
    last = head + out.frame.height - 1
    if out.frame.height:
        for row_number in {head, last}:
            for place, column in enumerate(columns):
                style = formats.cell(column, is_ruled=out.paper is not None)
                sheet.write_blank(row_number, place, None, style)
        _offer_choices(sheet, out, head, last)
        _mark_cells(sheet, out, head, last, formats)
        sheet.ignore_errors({"number_stored_as_text": _range(head, last, len(columns))})
    if out.has_footer:
        _write_footer(sheet, out, last + 2, formats, lang)
    if head and columns:
        sheet.freeze_panes(head, out.freeze_columns)
        lowest = max(out.heads, default=head - 1)
        sheet.autofilter(lowest, 0, max(last, lowest), len(columns) - 1)
        sheet.repeat_rows(lowest)
    sheet.hide_gridlines(2)
    if out.print_columns:
        # Totals, number of rows and footer lines stand below; a longer area prints no empty page.
        sheet.print_area(0, 0, last + 4 + len(out.footer), out.print_columns - 1)
    _print(sheet, out, head, lang)


def _print(sheet: Any, out: SheetOut, first: int, lang: Lang) -> None:
    """Say how the sheet goes on paper, all columns beside each other."""
    widths = [w for w, c in zip(column_widths(out), out.shown, strict=True) if not c.is_hidden]
    inches = sum(w * _CHAR_PIXELS + _CELL_PIXELS for w in widths[: out.print_columns]) / _PIXELS
    sheet.set_landscape()
    if out.paper is None:
        # More than twice as wide as A4, a table would be too small to read there.
        sheet.set_paper(_A3 if inches > 2 * _PAPER_INCHES else _A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(_PAGE(lang))
        return
    sheet.set_paper(_A4)
    # Excel forgets page breaks where a sheet is fitted to pages, so the scale is worked out here.
    sheet.set_print_scale(max(10, min(100, int(100 * _PAPER_INCHES / inches))))
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=_MARGIN, bottom=0.6)
    sheet.set_footer(_PAGE(lang).replace("&R", f"&C{out.paper.note.replace('&', '&&')}&R"))
    sheet.set_default_row(out.paper.row_points)
    for row in range(len(out.above)):
        sheet.set_row(row, _ROW_POINTS)
    if out.paper.new_page_before:
        sheet.set_h_pagebreaks([first + at for at in out.paper.new_page_before if at])


def _lines(title: str, width: float) -> int:
    """Return on how many lines a header stands: not every program measures wrapped rows."""
    lines, room = 1, 0.0
    for word in title.replace("-", "- ").split():
        need = len(word) * _BOLD_CHAR
        if room and room + need > width:
            lines, room = lines + 1, 0.0
        room += need + 1
    return lines


def _offer_choices(sheet: Any, out: SheetOut, first: int, last: int) -> None:
    for place, column in enumerate(out.shown):
        if column.choices:
            rule = {"validate": "list", "source": list(column.choices)}
            sheet.data_validation(first, place, last, place, rule)


def _mark_cells(sheet: Any, out: SheetOut, first: int, last: int, formats: _Formats) -> None:
    """Let Excel itself tint the marked cells, by a condition made of our own words only."""
    places = {column.name: place for place, column in enumerate(out.shown)}
    for mark in out.marks:
        word = mark.word.replace('"', '""')
        found = f'=ISNUMBER(SEARCH("{word}",${letters(places[mark.where] + 1)}{first + 1}))'
        for name in mark.columns:
            place = places[name]
            rule = {"type": "formula", "criteria": found, "format": formats.marked}
            sheet.conditional_format(first, place, last, place, rule)


def _write_footer(sheet: Any, out: SheetOut, row: int, formats: _Formats, lang: Lang) -> None:
    """Write totals, the number of rows and the lines of text below the table."""
    totals = out.totals()
    if totals:
        sheet.write_string(row, 0, _TOTAL(lang), formats.label)
        for place, column in enumerate(out.shown):
            if column.name in totals and place:
                sheet.write_number(
                    row, place, totals[column.name], formats.cell(column, is_total=True)
                )
        row += 1
    sheet.write_string(row, 0, f"{_ROW_COUNT(lang)}: {out.frame.height}", formats.label)
    for line in out.footer:
        row += 1
        sheet.write_string(row, 0, line, formats.plain)


def _range(first: int, last: int, width: int) -> str:
    return f"A{first + 1}:{letters(max(width, 1))}{last + 1}"


def _write_summary(
    sheet: Any, names: Sequence[str], outs: Sequence[SheetOut], formats: _Formats, lang: Lang
) -> None:
    """Write one line per data sheet: rows, and totals by column."""
    wanted: dict[str, ColumnOut] = {}
    for out in outs:
        for column in out.shown:
            if column.has_total and column.kind in NUMBER_KINDS:
                wanted.setdefault(column.title, column)
    for place, text in enumerate([_SHEET(lang), _ROW_COUNT(lang), *wanted]):
        sheet.write_string(0, place, text, formats.head)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1 + len(wanted), 18)
    count = ColumnOut("rows", kind="count")
    sums = dict.fromkeys(wanted, 0.0)
    for row, (name, out) in enumerate(zip(names, outs, strict=True), start=1):
        sheet.write_string(row, 0, name, formats.plain)
        sheet.write_number(row, 1, out.frame.height, formats.cell(count))
        by_title = {c.title: out.totals()[c.name] for c in out.shown if c.has_total}
        for place, (text, column) in enumerate(wanted.items(), start=2):
            if text in by_title:
                sheet.write_number(row, place, by_title[text], formats.cell(column))
                sums[text] += by_title[text]
    last = len(outs) + 1
    sheet.write_string(last, 0, _TOTAL(lang), formats.label)
    n_rows = sum(out.frame.height for out in outs)
    sheet.write_number(last, 1, n_rows, formats.cell(count, is_total=True))
    for place, (text, column) in enumerate(wanted.items(), start=2):
        sheet.write_number(last, place, sums[text], formats.cell(column, is_total=True))
    sheet.freeze_panes(1, 0)
    sheet.hide_gridlines(2)


def _write_guide(sheet: Any, guide: Sequence[str], formats: _Formats) -> None:
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(guide):
        sheet.write_string(row, 0, line, formats.title if row == 0 else formats.wrapped)
        # Excel measures wrapped rows when it opens the file, other programs do not.
        sheet.set_row(row, _ROW_POINTS * max(1, -(-len(line) // _GUIDE_CHARS)))
    sheet.hide_gridlines(2)
    _on_paper(sheet)


def _on_paper(sheet: Any) -> None:
    """Print a sheet of words on A4, all columns on one page; one wide column needs it across."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _write_codes(sheet: Any, codes: Sequence[Code], formats: _Formats, lang: Lang) -> None:
    for place, text in enumerate((_COLUMN(lang), _CODES(lang), _MEANING(lang))):
        sheet.write_string(0, place, text, formats.head)
    for row, code in enumerate(codes, start=1):
        for place, text in enumerate((code.column, code.code, code.meaning)):
            sheet.write_string(row, place, text, formats.wrapped)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, 2, 90)
    sheet.freeze_panes(1, 0)
    sheet.hide_gridlines(2)
    _on_paper(sheet)


@dataclass(frozen=True)
class _Frame:
    """The XML of a sheet around its table, and the cell style of each column."""

    before: bytes
    after: bytes
    styles: tuple[int, ...]


def _fill(path: Path, held: io.BytesIO, sheets: Sequence[SheetOut]) -> None:
    """Copy the outlined workbook, putting each table's rows in place of its marker rows."""
    tables = {
        f"xl/worksheets/sheet{n}.xml": sheet
        for n, sheet in enumerate(sheets, start=1)
        if sheet.frame.height and sheet.shown
    }
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            xml = source.read(name)
            if name not in tables:
                book.writestr(info, xml)
                continue
            sheet = tables[name]
            first = sheet.header_rows + 1
            frame = _around(xml, first, first + sheet.frame.height - 1)
            with book.open(info, "w", force_zip64=True) as part:
                part.write(frame.before)
                ruled = sheet.paper is not None
                for block in row_blocks(
                    sheet.frame, sheet.shown, frame.styles, first, are_ruled=ruled
                ):
                    part.write(block)
                part.write(frame.after)


def _around(xml: bytes, first: int, last: int) -> _Frame:
    """Return what stands around the marker rows ``first`` and ``last``."""
    opening = re.search(rb'<row r="%d"' % first, xml)
    ending = re.search(rb'<row r="%d"' % last, xml)
    assert opening is not None
    assert ending is not None
    marker = _ROW.match(xml, ending.start())
    assert marker is not None
    styles = tuple(int(number) for number in _STYLE.findall(marker.group()))
    return _Frame(xml[: opening.start()], xml[marker.end() :], styles)
