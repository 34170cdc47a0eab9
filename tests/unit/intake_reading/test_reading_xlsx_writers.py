"""XLSX: the same answer however its XML is written and whoever wrote it; what is refused."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import fastexcel
import openpyxl
import pytest
import xlsxwriter

from cakup.intake.reading import Limits, Merge, Sheet, read, stream
from cakup.kernel.errors import InputError, LimitError
from made_files import (
    HEAD,
    MAIN,
    RELS,
    one_sheet,
    plain_cells,
    sheet_xml,
    strings_xml,
    workbook_parts,
    write_parts,
)


def _sheet(path: Path, **kwargs: object) -> Sheet:
    return read(path, **kwargs).sheets[0]  # type: ignore[arg-type]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "daftar.xlsx"


ROWS = (
    '<row r="2" spans="1:3"><c r="A2" s="5" t="s"><v>0</v></c>'
    '<c r="C2" s="1"><v>31271</v></c></row>'
    '<row r="3"><c r="B3"><v>9191910101800003</v></c></row>'
)
READ = [(None, None, None), ("Siti", None, "1985-08-12"), (None, "9191910101800003", None)]


@pytest.mark.parametrize(
    "rows",
    [
        ROWS,
        ROWS.replace('s="5" t="s"', 't="s" s="5"'),
        ROWS.replace("><", ">\n  <").replace("</row>", "</row>\r\n"),
        ROWS.replace('<c r="A2" s="5" t="s">', "<c t='s' s='5' r='A2'>"),
        ROWS.replace('spans="1:3"', "").replace('r="2"', "r='2'", 1),
        ROWS.replace("<v>0</v>", "<!-- catatan --><v>0</v>"),
        ROWS.replace("<v>31271</v>", "<v>31271</v><extLst><ext uri='x'/></extLst>"),
        ROWS.replace("<v>9191910101800003</v>", "<v> 9191910101800003 </v>"),
        ROWS.replace('<c r="C2"', '<c r="B2" s="3"/><c r="C2"'),
        ROWS.replace('<row r="3">', '<row r="3" ht="15" customHeight="1" x14ac:dyDescent="0.2">'),
    ],
)
def test_the_way_of_writing_changes_nothing(book: Path, rows: str) -> None:
    one_sheet(
        book,
        rows.replace("x14ac:", ""),
        strings=strings_xml(["<t>Siti</t>"]),
    )
    assert _sheet(book).frame.rows() == READ


def test_rows_and_cells_without_references(book: Path) -> None:
    one_sheet(
        book,
        "<row><c><v>1</v></c><c><v>2</v></c></row><row/>"
        '<row><c><v>3</v></c><c r="D3"><v>4</v></c><c><v>5</v></c></row>',
    )
    assert _sheet(book).frame.rows() == [
        ("1", "2", None, None, None),
        (None,) * 5,
        ("3", None, None, "4", "5"),
    ]


def test_prefixed_namespaces_as_dot_net_writers_make_them(book: Path) -> None:
    xml = sheet_xml(ROWS, after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>')
    strings = strings_xml(["<t>Siti</t>"])
    for tag in (
        "worksheet",
        "sheetData",
        "row",
        "c",
        "v",
        "mergeCells",
        "mergeCell",
        "sst",
        "si",
        "t",
    ):
        for text in ("<", "</"):
            xml = xml.replace(f"{text}{tag}>", f"{text}x:{tag}>").replace(
                f"{text}{tag} ", f"{text}x:{tag} "
            )
            strings = strings.replace(f"{text}{tag}>", f"{text}x:{tag}>").replace(
                f"{text}{tag} ", f"{text}x:{tag} "
            )
    xml, strings = xml.replace("xmlns=", "xmlns:x="), strings.replace("xmlns=", "xmlns:x=")
    write_parts(book, workbook_parts({"Data": xml}, strings=strings))
    assert _sheet(book).frame.rows()[:2] == READ[:2]
    assert _sheet(book).frame.item(2, 0) == "Siti"
    assert _sheet(book).merges == (Merge(2, 1, 3, 1),)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_parts_in_other_encodings(book: Path, encoding: str) -> None:
    xml = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>Désa</t></is></c></row>')
    raw = xml.replace("UTF-8", encoding).encode(encoding)
    write_parts(book, workbook_parts({"Data": raw}))
    assert _sheet(book).frame.item(0, 0) == "Désa"


def test_part_names_are_found_whatever_their_case_and_slashes(book: Path) -> None:
    parts = workbook_parts({"Data": sheet_xml(ROWS)}, strings=strings_xml(["<t>Siti</t>"]))
    parts["xl/SharedStrings.xml"] = parts.pop("xl/sharedStrings.xml")
    relations = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(
        'Target="worksheets/', 'Target="/xl/worksheets/'
    )
    assert read(write_parts(book, parts)).sheets[0].frame.rows() == READ


def test_chart_sheets_count_as_tabs_but_hold_no_rows(book: Path) -> None:
    parts = workbook_parts({"Grafik": "<chartsheet/>", "Data": sheet_xml(ROWS)})
    relations = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(
        f'Id="rId1" Type="{RELS}/worksheet"', f'Id="rId1" Type="{RELS}/chartsheet"'
    )
    found = read(write_parts(book, parts))
    assert [(sheet.name, sheet.no) for sheet in found.sheets] == [("Data", 2)]


def test_empty_sheets_are_kept_and_a_book_of_them_refused(book: Path) -> None:
    empty = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    both = workbook_parts({"Petunjuk": empty, "Data": sheet_xml(ROWS)}, strings=strings_xml([]))
    found = read(write_parts(book, both))
    assert [sheet.frame.shape for sheet in found.sheets] == [(0, 0), (3, 3)]
    with pytest.raises(InputError) as refused:
        read(write_parts(book, workbook_parts({"Data": empty})))
    assert refused.value.code == "file.empty"


def test_macros_are_noted_and_never_run(book: Path) -> None:
    parts = workbook_parts({"Data": sheet_xml(ROWS)}) | {"xl/vbaProject.bin": b"\0"}
    assert [note.code for note in read(write_parts(book, parts)).notes] == ["macros"]


def test_caps_name_the_row_and_column(book: Path) -> None:
    one_sheet(book, '<row r="1"><c r="IW1"><v>1</v></c></row>')
    with pytest.raises(LimitError) as refused:
        read(book)
    assert refused.value.code == "file.too_many_columns"
    assert refused.value.where.column == "IW"
    one_sheet(book, '<row r="5"><c r="B5" t="str"><v>panjang sekali</v></c></row>')
    with pytest.raises(LimitError) as refused:
        read(book, Limits(cell_chars=5))
    assert (refused.value.where.sheet, refused.value.where.row, refused.value.where.column) == (
        "Data",
        5,
        "B",
    )
    one_sheet(book, '<row r="900"><c r="B900"><v>1</v></c></row>')
    for limits, code in (
        (Limits(rows=899), "file.too_many_rows"),
        (Limits(cells=1_000), "file.too_many_cells"),
    ):
        with pytest.raises(LimitError) as refused:
            read(book, limits)
        assert refused.value.code == code


@pytest.mark.parametrize("rows", ['<row r="2"/><row r="2"/>', '<row r="5"/><row r="3"/>'])
def test_rows_that_do_not_ascend_are_refused(book: Path, rows: str) -> None:
    one_sheet(book, rows)
    with pytest.raises(InputError) as refused:
        read(book)
    assert refused.value.code == "file.damaged"


def _people(n_rows: int) -> list[list[object]]:
    kinds: list[list[object]] = [
        ["Daftar pedagang"],
        [],
        ["NIK", "NAMA", "TGL LAHIR", "UPAH", "JAM"],
    ]
    for n in range(n_rows):
        name = f"Siti {n % 7} & <Budi>" if n % 3 else None
        kinds.append(
            [
                f"919191010180{n:04d}",
                name,
                date(1980, 1, 1 + n % 28),
                1_500_000 + n,
                time(8, n % 60),
            ]
        )
    return kinds


def _as_text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return None if value is None else str(value)


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter", "xlsxwriter-inline"])
@pytest.mark.parametrize("block_bytes", [700, 4_096, 8 << 20])
def test_other_peoples_writers_and_any_block_size(
    book: Path, writer: str, block_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BLOCK_BYTES", block_bytes)
    grid = _people(60)
    if writer == "openpyxl":
        made = openpyxl.Workbook()
        for row in grid:
            made.active.append(row)
        made.save(book)
    else:
        options = {
            "constant_memory": writer.endswith("inline"),
            "default_date_format": "dd/mm/yyyy",
        }
        with xlsxwriter.Workbook(book, options) as out:
            sheet = out.add_worksheet("Data")
            clock = out.add_format({"num_format": "hh:mm"})
            for r, row in enumerate(grid):
                for c, value in enumerate(row):
                    sheet.write(r, c, value, clock if isinstance(value, time) else None)
    width = 5
    expected = [tuple(_as_text(v) for v in [*row, *[None] * (width - len(row))]) for row in grid]
    assert _sheet(book).frame.rows() == expected
    raw = plain_cells(book)
    assert {key: value for key, value in raw.items() if key[1] in (1, 2, 4)} == {
        (r, c): text
        for r, row in enumerate(expected, start=1)
        for c, text in enumerate(row, start=1)
        if text is not None and c in (1, 2, 4) and (r > 3 or isinstance(text, str))
    }


def test_calamine_reads_the_same(book: Path) -> None:
    with xlsxwriter.Workbook(book, {"default_date_format": "dd/mm/yyyy"}) as out:
        sheet = out.add_worksheet("Data")
        for r, row in enumerate(_people(200)):
            for c, value in enumerate(row[:4]):
                sheet.write(r, c, value)
    loaded = fastexcel.read_excel(book).load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
    theirs = [
        tuple(v.removesuffix(" 00:00:00") if v else v for v in row)
        for row in loaded.to_polars().rows()
    ]
    assert _sheet(book).frame.rows() == theirs
