"""XLS and ODS: places, kinds of cells, and what these formats do not let us check."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlwt
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import LineBreak, P, S, Tab

from cakup.intake.reading import Limits, Merge, read
from cakup.kernel.errors import InputError, LimitError
from made_files import write_parts

DATE = xlwt.easyxf(num_format_str="DD/MM/YYYY")
TIME = xlwt.easyxf(num_format_str="hh:mm")
RUPIAH = xlwt.easyxf(num_format_str='"Rp"#,##0')


def test_xls_places_kinds_and_facts(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    sheet.write(3, 2, "NIK")
    sheet.write(4, 2, 5)
    sheet.write(4, 3, date(1985, 8, 12), DATE)
    sheet.write(5, 2, "9191910101800003")
    sheet.write(5, 3, datetime(1985, 8, 12, 8, 30), DATE)  # noqa: DTZ001
    sheet.write(6, 2, time(8, 30), TIME)
    sheet.write(6, 3, True)
    sheet.write(7, 2, 1_500_000, RUPIAH)
    sheet.write(7, 3, xlwt.Formula("1+1"))
    sheet.write_merge(8, 9, 2, 2, "Berngam")
    sheet.write(8, 3, "a")
    sheet.write(9, 3, "b")
    sheet.row(5).hidden = True
    sheet.write(1, 0, "", DATE)
    book.add_sheet("Lama").visibility = 1
    path = tmp_path / "daftar.xls"
    book.save(str(path))

    found = read(path)
    data, lama = found.sheets
    assert found.format == "xls"
    assert data.frame.rows()[3:] == [
        (None, None, "NIK", None),
        (None, None, "5", "1985-08-12"),
        (None, None, "9191910101800003", "1985-08-12 08:30:00"),
        (None, None, "08:30:00", "TRUE"),
        (None, None, "1500000", None),
        (None, None, "Berngam", "a"),
        (None, None, "Berngam", "b"),
    ]
    assert data.hidden_rows == (6,)
    assert data.formula_rows == (8,)
    assert data.merges == (Merge(9, 3, 10, 3),)
    assert data.number_share["c3"] == pytest.approx(2 / 6)
    assert data.date_share["c3"] == pytest.approx(1 / 6)
    assert data.unchecked == ("unchecked_raw_digits",)
    assert (lama.is_hidden, lama.no, lama.frame.is_empty()) == (True, 2, True)
    codes = {note.code for note in found.notes}
    assert codes == {
        "unchecked_raw_digits", "hidden_rows", "formula_blank", "merged", "merged_filled",
        "hidden_sheet",
    }  # fmt: skip


def test_xls_columns_beyond_the_cap(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for column in range(40):
        sheet.write(0, column, "x")
    path = tmp_path / "daftar.xls"
    book.save(str(path))
    assert read(path).sheets[0].frame.width == 40
    with pytest.raises(LimitError) as refused:
        read(path, Limits(columns=39))
    assert refused.value.code == "file.too_many_columns"


def _cell(text: str = "", **attributes: object) -> TableCell:
    cell = TableCell(**attributes)
    if text:
        cell.addElement(P(text=text))
    return cell


def _row(*cells: TableCell, **attributes: object) -> TableRow:
    row = TableRow(**attributes)
    for cell in cells:
        row.addElement(cell)
    return row


def _save(path: Path, *tables: Table) -> Path:
    book = OpenDocumentSpreadsheet()
    hidden = Style(name="taH", family="table")
    hidden.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(hidden)
    for table in tables:
        book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def test_ods_places_kinds_and_facts(tmp_path: Path) -> None:
    table = Table(name="Data")
    for row in (
        _row(_cell(numbercolumnsrepeated=9), numberrowsrepeated=2),
        _row(_cell(), _cell("NAMA", valuetype="string"), _cell("x", valuetype="string")),
        _row(
            _cell(),
            _cell("9,19E+15", valuetype="float", value="9191910101800003"),
            _cell("12/08/85", valuetype="date", datevalue="1985-08-12"),
            numberrowsrepeated=2,
            visibility="collapse",
        ),
        _row(
            _cell("Ya", valuetype="boolean", booleanvalue="true"),
            _cell("3", valuetype="float", value="3.0", formula="of:=1+2"),
            _cell("", formula="of:=A9"),
            _cell("#N/A", valuetype="string", formula="of:=NA()"),
            _cell("Rp5", valuetype="currency", value="5"),
            _cell("a", valuetype="string", numbercolumnsrepeated=2),
        ),
        _row(
            _cell("Setia", valuetype="string", numberrowsspanned=2),
            _cell("b", valuetype="string"),
        ),
        _row(CoveredTableCell(), _cell("c", valuetype="string")),
        _row(_cell(numbercolumnsrepeated=16_384), numberrowsrepeated=1_048_000),
    ):
        table.addElement(row)
    old = Table(name="Lama", stylename="taH")
    old.addElement(_row(_cell("1", valuetype="string")))
    found = read(_save(tmp_path / "daftar.ods", table, old))
    data = found.sheets[0]
    blank = (None,) * 4
    assert data.frame.rows() == [
        (None,) * 7,
        (None,) * 7,
        (None, "NAMA", "x", *blank),
        (None, "9191910101800003", "1985-08-12", *blank),
        (None, "9191910101800003", "1985-08-12", *blank),
        ("TRUE", "3", None, None, "5", "a", "a"),
        ("Setia", "b", None, *blank),
        ("Setia", "c", None, *blank),
    ]
    assert data.hidden_rows == (4, 5)
    assert data.formula_rows == (6,)
    assert data.merges == (Merge(7, 1, 8, 1),)
    assert data.number_share["c2"] == pytest.approx(3 / 6)
    assert data.date_share["c3"] == pytest.approx(2 / 3)
    assert [sheet.is_hidden for sheet in found.sheets] == [False, True]
    assert {note.code: note.rows for note in found.notes if note.rows} == {
        "hidden_rows": (4, 5),
        "formula": (6,),
        "formula_blank": (6,),
        "error_cells": (6,),
        "merged_filled": (8,),
    }


def test_ods_text_as_it_looks_without_comments(tmp_path: Path) -> None:
    paragraph = P(text="Siti")
    paragraph.addElement(S(c=2))
    paragraph.addText("Nur")
    paragraph.addElement(Tab())
    paragraph.addElement(LineBreak())
    paragraph.addText("x")
    cell = TableCell(valuetype="string")
    note = Annotation()
    note.addElement(P(text="komentar rahasia"))
    cell.addElement(note)
    cell.addElement(paragraph)
    cell.addElement(P(text="baris dua"))
    table = Table(name="Data")
    table.addElement(_row(cell))
    found = read(_save(tmp_path / "daftar.ods", table))
    assert found.sheets[0].frame.item(0, 0) == "Siti  Nur\t\nx\nbaris dua"


@pytest.mark.parametrize(
    ("cell", "rows", "code"),
    [
        ({"numbercolumnsrepeated": 16_384}, 1, "file.too_many_columns"),
        ({"numbercolumnsrepeated": 200}, 1_048_576, "file.too_many_cells"),
        ({"numbercolumnsrepeated": 2}, 999_999_999, "file.too_many_rows"),
    ],
)
def test_ods_repetition_is_no_way_to_fill_the_memory(
    tmp_path: Path, cell: dict[str, int], rows: int, code: str
) -> None:
    table = Table(name="Data")
    table.addElement(_row(_cell("x", valuetype="string", **cell), numberrowsrepeated=rows))
    with pytest.raises(LimitError) as refused:
        read(_save(tmp_path / "daftar.ods", table))
    assert refused.value.code == code


def test_ods_with_a_password(tmp_path: Path) -> None:
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": b"\x01\x02\x03",
        "META-INF/manifest.xml": "<manifest><encryption-data/></manifest>",
    }
    with pytest.raises(InputError) as refused:
        read(write_parts(tmp_path / "daftar.ods", parts))
    assert refused.value.code == "file.password"
