"""XLSX: every form of cell, every place, and the same answer however the XML is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from cakup.intake.reading import Merge, Sheet, read
from cakup.intake.reading.ooxml import DATE, NUMBER, TIME, format_kind
from made_files import (
    one_sheet,
    sheet_xml,
    strings_xml,
    workbook_parts,
    write_parts,
)


def _sheet(path: Path, **kwargs: object) -> Sheet:
    return read(path, **kwargs).sheets[0]  # type: ignore[arg-type]


def _cell(path: Path, xml: str, **more: object) -> str | None:
    one_sheet(path, f'<row r="1">{xml}</row><row r="2"><c r="A2"><v>1</v></c></row>', **more)
    value: str | None = _sheet(path).frame.item(0, 0)
    return value


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "daftar.xlsx"


@pytest.mark.parametrize("province", range(91, 97))
def test_raw_digits_of_number_cells_survive_beyond_64_bit_floats(book: Path, province: int) -> None:
    nik = f"{province}91910101800003"
    assert str(int(float(nik))) != nik or int(nik) < 2**53 or int(nik) % 2 == 0
    assert _cell(book, f'<c r="A1"><v>{nik}</v></c>') == nik


@pytest.mark.parametrize(
    ("raw", "read_as"),
    [
        ("1.5E7", "15000000"),
        ("1.5e+7", "15000000"),
        ("9.191910101800003E15", "9191910101800003"),
        ("2000000.0", "2000000"),
        ("2500000", "2500000"),
        ("0.1", "0.1"),
        ("1.50", "1.50"),
        ("-3.0", "-3"),
        ("1.25E-3", "0.00125"),
        ("1E300", "1E300"),
        ("0.30000000000000004", "0.30000000000000004"),
    ],
)
def test_numbers_are_written_plainly_and_exactly(book: Path, raw: str, read_as: str) -> None:
    assert _cell(book, f'<c r="A1"><v>{raw}</v></c>') == read_as


@pytest.mark.parametrize(
    ("style", "raw", "read_as"),
    [
        (1, "31271", "1985-08-12"),
        (2, "31271", "1985-08-12"),
        (2, "31271.0", "1985-08-12"),
        (1, "31271.354166666664", "1985-08-12 08:30:00"),
        (3, "0.3541666666666667", "08:30:00"),
        (4, "31271", "31271"),
        (1, "1", "1900-01-01"),
        (1, "59", "1900-02-28"),
        (1, "60", "60"),
        (1, "61", "1900-03-01"),
        (1, "0", "0"),
        (1, "-1", "-1"),
        (1, "9191910101800003", "9191910101800003"),
        (1, "2958465", "9999-12-31"),
        (1, "2958466", "2958466"),
        (99, "31271", "31271"),
    ],
)
def test_date_cells_become_iso_and_nothing_else_does(
    book: Path, style: int, raw: str, read_as: str
) -> None:
    assert _cell(book, f'<c r="A1" s="{style}"><v>{raw}</v></c>') == read_as


def test_dates_of_the_1904_system(book: Path) -> None:
    properties = '<workbookPr date1904="1"/>'
    assert _cell(book, '<c r="A1" s="1"><v>29809</v></c>', properties=properties) == "1985-08-12"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", NUMBER),
        ("0", NUMBER),
        ("0.00", NUMBER),
        ("#,##0", NUMBER),
        ('"Rp"#,##0.00', NUMBER),
        ("[$Rp-421]#,##0", NUMBER),
        ('0 "hari"', NUMBER),
        ("@", NUMBER),
        ("[Red]0;[Blue]-0", NUMBER),
        ("[h]:mm", NUMBER),
        ("dd/mm/yyyy", DATE),
        ("d-m-yy", DATE),
        ("[$-421]dd mmmm yyyy;@", DATE),
        ("mmm-yy", DATE),
        ("yyyy", DATE),
        ("dd/mm/yyyy hh:mm", DATE),
        ("hh:mm:ss", TIME),
        ("mm:ss.000", TIME),
    ],
)
def test_number_formats(code: str, kind: int) -> None:
    assert format_kind(code) == kind


def test_rows_and_columns_keep_their_places(book: Path) -> None:
    one_sheet(
        book,
        '<row r="4"><c r="C4" t="inlineStr"><is><t>NIK</t></is></c></row>'
        '<row r="7"><c r="AB7"><v>5</v></c></row>',
    )
    frame = _sheet(book).frame
    assert frame.shape == (7, 28)
    assert frame.item(3, 2) == "NIK"
    assert frame.item(6, 27) == "5"
    assert sum(column.is_not_null().sum() for column in frame) == 2


def test_blank_cells_with_a_format_widen_nothing(book: Path) -> None:
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="ZZ{n}" s="2"/></row>' for n in (3, 900))
    one_sheet(book, f'<row r="1"><c r="B1"><v>1</v></c></row>{blank}')
    assert _sheet(book).frame.shape == (1, 2)


def test_text_truth_and_error_cells(book: Path) -> None:
    one_sheet(
        book,
        '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c>'
        '<c r="C1" t="s"><v>7</v></c></row>'
        '<row r="2"><c r="A2" t="b"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c>'
        '<c r="C2" t="str"><v>hasil</v></c><c r="D2" t="d"><v>1985-08-12T00:00:00</v></c></row>',
        strings=strings_xml(["<t>Siti</t>", "<t>Budi</t>"]),
    )
    book_read = read(book)
    assert book_read.sheets[0].frame.rows() == [
        ("Budi", "Siti", None, None),
        ("TRUE", None, "hasil", "1985-08-12"),
    ]
    assert {note.code: note.rows for note in book_read.notes} == {"error_cells": (2,)}


def test_strings_rich_phonetic_escaped_and_referred(book: Path) -> None:
    items = [
        "<r><rPr><b/></rPr><t>Siti </t></r><r><t>Nur</t></r>",
        "<t>Tanaka</t><rPh sb='0' eb='1'><t>aid</t></rPh><phoneticPr fontId='1'/>",
        "<t>a_x000D_&#10;b &amp;amp; &lt;c&gt; &#x41;</t>",
        '<t xml:space="preserve">  pinggir  </t>',
        "<t/>",
        "<t>_x005F_x0041_</t>",
        "<t><![CDATA[<D & E>]]></t>",
    ]
    cells = "".join(f'<c r="A{n}" t="s"><v>{n - 1}</v></c>' for n in range(1, 8))
    rows = "".join(
        f'<row r="{n}">{cell}</c></row>' for n, cell in enumerate(cells.split("</c>")[:-1], 1)
    )
    expected = [
        "Siti Nur",
        "Tanaka",
        "a\r\nb &amp; <c> A",
        "  pinggir  ",
        None,
        "_x0041_",
        "<D & E>",
    ]
    # Each form alone takes the quick or the slow way; together they all take the slow one.
    one_sheet(book, rows, strings=strings_xml(items))
    assert _sheet(book).frame.to_series().to_list() == expected
    for item, text in zip(items, expected, strict=True):
        one_sheet(
            book,
            '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row>',
            strings=strings_xml([item]),
        )
        assert _sheet(book).frame.item(0, 0) == text


def test_formulas_give_their_stored_result_and_are_noted(book: Path) -> None:
    one_sheet(
        book,
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c></row>'
        '<row r="2"><c r="A2"><f>X9</f></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>3</v></c><c r="B3" t="str"><f>""</f>'
        "<v></v></c></row>"
        '<row r="4"><c r="A4"><f>WEBSERVICE("x")</f><v></v></c><c r="B4"><v>1</v></c></row>',
    )
    found = read(book)
    assert found.sheets[0].frame.rows() == [("2", "a"), (None, None), ("3", None), (None, "1")]
    assert found.sheets[0].formula_rows == (1, 2, 3, 4)
    assert {note.code: note.rows for note in found.notes} == {
        "formula": (1, 3),
        "formula_blank": (2, 4),
    }


def test_hidden_rows_columns_and_sheets(book: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><v>2</v></c></row>'
        '<row hidden="true" r="3"><c r="A3"><v>3</v></c></row>'
        '<row r="9" hidden="1"/>'
    )
    columns = '<cols><col min="2" max="16384" width="9" hidden="1"/></cols>'
    parts = workbook_parts(
        {"Data": sheet_xml(rows, before=columns), "Lama": sheet_xml(rows)},
        states={"Lama": "veryHidden"},
    )
    found = read(write_parts(book, parts))
    assert [sheet.hidden_rows for sheet in found.sheets] == [(2, 3), (2, 3)]
    assert [sheet.is_hidden for sheet in found.sheets] == [False, True]
    spoken = [note.spoken() for note in found.notes]
    assert spoken[0] == "Kolom tersembunyi B tetap dibaca."
    assert spoken[1] == "2 baris tersembunyi; isinya tetap dibaca. (baris 2, 3)"
    assert found.notes[2].code == "hidden_sheet"


def test_vertical_merges_fill_down_where_there_is_a_row(book: Path) -> None:
    def row(n: int, kelurahan: str = "", name: str = "") -> str:
        cells = f'<c r="A{n}" t="str"><v>{kelurahan}</v></c><c r="B{n}" t="str"><v>{name}</v></c>'
        return f'<row r="{n}">{cells}</row>'

    rows = row(1, "Judul") + row(4, "Berngam", "a") + row(5, "", "b") + row(6) + row(7, "", "c")
    rows += row(8, "Setia", "d") + row(9, "", "e")
    merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in ("A1:B2", "A4:A7", "A8:A9", "B8:C8"))
    one_sheet(book, rows, after=f'<mergeCells count="4">{merges}</mergeCells>')
    found = read(book)
    assert found.sheets[0].frame.rows() == [
        ("Judul", None),
        (None, None),
        (None, None),
        ("Berngam", "a"),
        ("Berngam", "b"),
        (None, None),
        ("Berngam", "c"),
        ("Setia", "d"),
        ("Setia", "e"),
    ]
    assert Merge(4, 1, 7, 1) in found.sheets[0].merges
    notes = {note.code: note for note in found.notes}
    assert notes["merged_filled"].rows == (5, 7, 9)
    assert notes["merged"].count == 4


def test_shares_tell_numbers_from_text_and_dates(book: Path) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" s="1"><v>31271</v></c></row>'
        for n in (2, 3, 4)
    )
    head = '<row r="1"><c r="A1" t="str"><v>NIK</v></c><c r="B1" t="str"><v>TGL</v></c></row>'
    one_sheet(book, head + rows)
    sheet = _sheet(book)
    assert sheet.number_share == {"c1": 0.75, "c2": 0.0}
    assert sheet.date_share == {"c1": 0.0, "c2": 0.75}
