"""What is written comes back unchanged, under its row number: CSV and XLSX, whatever the text."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cakup.intake.reading import Limits, Workbook, read, stream
from cakup.intake.reading import delimited as delimited_module
from cakup.intake.reading.numbers import plain_number
from cakup.intake.reading.quoted import records
from cakup.kernel.errors import InputError
from cakup.sheets import ColumnOut, SheetOut, unguarded, write_csv, write_xlsx
from cakup.sheets.delimited import guarded
from made_files import one_sheet, plain_cells, strings_xml
from rounds import examples

SETTINGS = settings(
    max_examples=examples(120),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# Everything a cell may hold but what the format itself ends or forbids.
TEXT = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r\ufeff"), max_size=12
)
TRICKY = st.sampled_from(
    ['"', '""', ";", ",", "\t", "|", "\n", "a\nb", "=1+1", "'", " ", 'Soka"an', "<&>", "_x0041_"]
)
CELL = TEXT | TRICKY | st.sampled_from(["9191910101800003", "0812", "-5", "1,5", "1/2/2025"])


@st.composite
def grids(draw: st.DrawFn, cell: st.SearchStrategy[str] = CELL) -> list[list[str]]:
    """A header of plain words and up to seven rows of any text."""
    width = draw(st.integers(2, 6))
    body = draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=7))
    return [[f"kolom {n}" for n in range(width)], *body]


def lined_up(grid: list[list[str]]) -> dict[int, list[str | None]]:
    """Return rows by the line on which they begin."""
    line, found = 1, {}
    for row in grid:
        found[line] = [cell or None for cell in row]
        line += 1 + sum(cell.count("\n") for cell in row)
    return found


def same_grid(path: Path, grid: list[list[str]]) -> None:
    """Assert that the file reads as the grid, each row at its line."""
    sheet = read(path).sheets[0]
    expected = {n: row for n, row in lined_up(grid).items() if any(row)}
    width = len(grid[0])
    found = {}
    for n, row in enumerate(sheet.frame.rows(), start=1):
        if any(row):
            assert not any(row[width:])
            found[n] = list(row[:width])
    assert found == expected
    assert not {n for n in found if n in sheet.continued_rows}


@SETTINGS
@given(
    grid=grids(),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    block_bytes=st.sampled_from([16, 64, 32 << 20]),
)
def test_csv_comes_back_unchanged(
    tmp_path: Path,
    grid: list[list[str]],
    separator: str,
    line_end: str,
    encoding: str,
    quoting: int,
    block_bytes: int,
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows(grid)
    path = tmp_path / "daftar.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited_module, "BLOCK_BYTES", block_bytes)
        patch.setattr(delimited_module, "SMALLEST_BLOCK_BYTES", block_bytes)
        same_grid(path, grid)


@SETTINGS
@given(
    grid=grids(
        st.text(
            st.characters(codec="cp1252", blacklist_characters="\0\r\n\x81\x8d\x8f\x90\x9d"),
            max_size=9,
        )
    )
)
def test_csv_of_windows_comes_back_unchanged(tmp_path: Path, grid: list[list[str]]) -> None:
    grid[0][0] = "désa x"  # not valid UTF-8, as any real file in this encoding
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(grid)
    path = tmp_path / "daftar.csv"
    path.write_bytes(out.getvalue().encode("cp1252"))
    same_grid(path, grid)


@SETTINGS
@given(text=st.text('"ab;\n', max_size=60), cut=st.integers(1, 40))
def test_the_fast_and_the_exact_csv_reader_agree(tmp_path: Path, text: str, cut: int) -> None:
    """Quotation marks without any rule, and any place where blocks end."""
    path = tmp_path / "daftar.csv"
    path.write_text("k;l\n" + text)
    lines = ("k;l\n" + text).split("\n")
    if lines[-1] == "":
        lines.pop()
    exact = {
        record.line + 1: [field or None for field in record.fields]
        for record in records(lines, ";", lines_per_cell=100, is_last=True)
        if any(record.fields)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited_module, "BLOCK_BYTES", cut)
        patch.setattr(delimited_module, "SMALLEST_BLOCK_BYTES", cut)
        rows = read(path).sheets[0].frame.rows()
    found = {n: list(row) for n, row in enumerate(rows, start=1) if any(row)}
    width = max(len(row) for row in found.values())
    assert found == {n: row + [None] * (width - len(row)) for n, row in _cut(exact).items()}


def _cut(rows: dict[int, list[str | None]]) -> dict[int, list[str | None]]:
    """Return rows without the columns that are blank in all of them."""
    width = max((n + 1 for row in rows.values() for n, cell in enumerate(row) if cell), default=0)
    return {n: row[:width] for n, row in rows.items()}


@SETTINGS
@given(
    grid=grids(), is_inline=st.booleans(), block_bytes=st.sampled_from([200, 8 << 20]),
    top=st.integers(0, 3), left=st.integers(0, 3),
)  # fmt: skip
def test_xlsx_of_another_writer_comes_back_unchanged(
    tmp_path: Path, grid: list[list[str]], is_inline: bool, block_bytes: int, top: int, left: int
) -> None:
    path = tmp_path / "daftar.xlsx"
    options = {"constant_memory": is_inline, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("Data")
        for r, row in enumerate(grid):
            for c, cell in enumerate(row):
                sheet.write_string(top + r, left + c, cell)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "BLOCK_BYTES", block_bytes)
        frame = read(path).sheets[0].frame
    expected = [[None] * (left + len(grid[0]))] * top + [
        [None] * left + [cell or None for cell in row] for row in grid
    ]
    while not any(expected[-1]):
        expected.pop()
    assert [list(row) for row in frame.rows()] == expected


@SETTINGS
@given(grid=grids())
def test_own_workbooks_come_back_unchanged(tmp_path: Path, grid: list[list[str]]) -> None:
    path = tmp_path / "daftar.xlsx"
    names = [f"k{n}" for n in range(len(grid[0]))]
    frame = pl.DataFrame(
        [dict(zip(names, row, strict=True)) for row in grid[1:]],
        schema=dict.fromkeys(names, pl.String),
    )
    columns = [ColumnOut(name, header) for name, header in zip(names, grid[0], strict=True)]
    write_xlsx(path, [SheetOut("Data", frame, columns, has_footer=False)])
    rows = [list(row) for row in read(path).sheets[0].frame.rows()]
    expected = [[cell or None for cell in row] for row in grid]
    while not any(expected[-1]):
        expected.pop()
    assert rows == expected


@SETTINGS
@given(grid=grids(), separator=st.sampled_from([",", ";"]))
def test_own_csv_comes_back_unchanged_behind_its_guard(
    tmp_path: Path, grid: list[list[str]], separator: str
) -> None:
    path = tmp_path / "daftar.csv"
    names = [f"k{n}" for n in range(len(grid[0]))]
    frame = pl.DataFrame(
        [dict(zip(names, row, strict=True)) for row in grid[1:]],
        schema=dict.fromkeys(names, pl.String),
    )
    columns = [ColumnOut(name, header) for name, header in zip(names, grid[0], strict=True)]
    write_csv(path, frame, columns, separator=separator)
    shown = [grid[0], *[list(row) for row in frame.select(guarded(pl.all())).rows()]]
    same_grid(path, shown)
    back = frame.select(guarded(pl.all())).select(unguarded(pl.all()))
    changed = [(old, new) for old, new in zip(frame.rows(), back.rows(), strict=True) if old != new]
    # Only a text that itself looks guarded already loses its apostrophe.
    assert all(any(cell.startswith("'") for cell in old) for old, _ in changed)


@SETTINGS
@given(st.integers(91, 96), st.integers(0, 10**14 - 1))
def test_niks_of_the_far_provinces_survive_as_number_cells(
    tmp_path: Path, province: int, rest: int
) -> None:
    nik = f"{province}{rest:014d}"
    path = one_sheet(tmp_path / "x.xlsx", f'<row r="1"><c r="A1"><v>{nik}</v></c></row>')
    assert read(path).sheets[0].frame.item(0, 0) == nik


@SETTINGS
@given(st.integers(-(10**20), 10**20), st.integers(0, 20))
def test_scientific_notation_loses_no_digit(number: int, shift: int) -> None:
    """Against Python's whole numbers, never a float."""
    digits = str(abs(number))
    mantissa = f"{digits[0]}.{digits[1:] or '0'}E{len(digits) - 1 + shift}"
    written = ("-" if number < 0 else "") + mantissa
    assert int(plain_number(written)) == number * 10**shift


PIECES = st.sampled_from(
    [
        '<row r="1">', '<row r="2">', '<row r="3" hidden="1">', "</row>", '<row r="4"/>',
        '<c r="A1">', '<c r="B1" s="5">', '<c r="A2" t="s">', '<c r="C2" t="inlineStr">',
        '<c r="B3" t="str">', "</c>", '<c r="D3"/>', "<v>1</v>", "<v>0</v>", "<is><t>a</t></is>",
        "<f>A1</f>", "<v></v>", "<!-- x -->", " ", "<v>9191910101800003</v>",
    ]
)  # fmt: skip


@settings(SETTINGS, max_examples=examples(300))
@given(st.lists(PIECES, max_size=14))
def test_any_xml_reads_as_a_plain_parser_reads_it_or_is_refused(
    tmp_path: Path, pieces: list[str]
) -> None:
    """Well-formed or not: never a wrong cell, never a traceback."""
    path = one_sheet(tmp_path / "x.xlsx", "".join(pieces), strings=strings_xml(["<t>S</t>"]))
    try:
        oracle = plain_cells(path)
    except ElementTree.ParseError:
        oracle = None
    except (IndexError, AttributeError):
        return
    found = _outcome(path)
    if not isinstance(found, Workbook) or oracle is None:
        return
    cells = {
        (r, c): text
        for r, row in enumerate(found.sheets[0].frame.rows(), start=1)
        for c, text in enumerate(row, start=1)
        if text is not None
    }
    # The row element's number counts; a reference that says another row is not believed.
    if all(_row_of(piece) for piece in pieces) and _in_their_rows(pieces):
        assert cells == oracle


def _outcome(path: Path) -> Workbook | InputError:
    try:
        return read(path, Limits())
    except InputError as err:
        return err


def _row_of(piece: str) -> bool:
    return isinstance(piece, str)


def _in_their_rows(pieces: list[str]) -> bool:
    """Tell whether each cell stands in the row that its reference names, each place once."""
    row, seen = "", set()
    for piece in pieces:
        if piece.startswith("<row"):
            row = piece.split('"')[1]
        if piece.startswith("<c "):
            place = piece.split('"')[1]
            if place[1:] != row or place in seen:
                return False
            seen.add(place)
    return True
