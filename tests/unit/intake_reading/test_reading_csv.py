"""CSV: dialects, encodings, line numbers, and quotation marks that follow no rule."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from cakup.intake.reading import Limits, read, read_batches
from cakup.intake.reading import delimited as delimited_module
from cakup.intake.reading import dialect as dialect_module
from cakup.intake.reading.dialect import sniff_separator
from cakup.kernel.errors import InputError, LimitError


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks so small that every record crosses one."""
    monkeypatch.setattr(delimited_module, "BLOCK_BYTES", 16)
    monkeypatch.setattr(delimited_module, "SMALLEST_BLOCK_BYTES", 16)


def _file(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "daftar.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def _rows(path: Path, **kwargs: object) -> list[tuple[str | None, ...]]:
    return read(path, **kwargs).sheets[0].frame.rows()  # type: ignore[arg-type]


def test_title_rows_and_blank_lines_keep_the_line_numbers(tmp_path: Path) -> None:
    path = _file(tmp_path, "DAFTAR PEDAGANG\n\nNIK;NAMA;ALAMAT\n1;Siti;Jl. A\n;;\n\n2;Budi\n\n\n")
    assert _rows(path) == [
        ("DAFTAR PEDAGANG", None, None),
        (None, None, None),
        ("NIK", "NAMA", "ALAMAT"),
        ("1", "Siti", "Jl. A"),
        (None, None, None),
        (None, None, None),
        ("2", "Budi", None),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path: Path, separator: str, line_end: str) -> None:
    lines = ["Daftar, per; Oktober", "nik|nama;kota,x", "91|Siti|x;y"]
    grid = [["nik", "nama", "catatan"], ["91", "Siti", lines[0]], ["92", "Budi", lines[1]]]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=line_end).writerows(grid)
    found = read(_file(tmp_path, out.getvalue()))
    assert found.separator == separator
    assert [list(row) for row in found.sheets[0].frame.rows()] == grid


def test_names_with_a_degree_do_not_look_like_a_comma_file() -> None:
    text = "NO;NAMA;GOL\n" + "".join(f"{n};Budi, S.E.;III/a\n" for n in range(200))
    assert sniff_separator(text, Limits()) == ";"


def test_the_line_that_states_the_separator_is_no_data(tmp_path: Path) -> None:
    found = read(_file(tmp_path, "sep=|\r\nnik|nama\r\n1|a;b;c\r\n"))
    assert found.separator == "|"
    assert found.sheets[0].frame.rows() == [(None, None), ("nik", "nama"), ("1", "a;b;c")]
    assert [note.code for note in found.notes] == ["separator_line"]


def test_one_column_is_a_list_too(tmp_path: Path) -> None:
    assert _rows(_file(tmp_path, "nik\n91\n92\n")) == [("nik",), ("91",), ("92",)]


@pytest.mark.parametrize(
    ("encoding", "bom", "named"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("cp1252", b"", "cp1252"),
    ],
)
@pytest.mark.parametrize("probe_bytes", [3, 4 << 20])
def test_encodings(
    tmp_path: Path,
    encoding: str,
    bom: bytes,
    named: str,
    probe_bytes: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delimited_module, "SMALLEST_BLOCK_BYTES", 5)
    monkeypatch.setattr(delimited_module, "BLOCK_BYTES", 5)
    if probe_bytes > 10:
        monkeypatch.setattr(dialect_module, "PROBE_BYTES", probe_bytes)
    text = "nama;desa\nÉva “x”;Désa – é\n"
    found = read(_file(tmp_path, bom + text.encode(encoding)))
    assert found.encoding == named
    assert found.sheets[0].frame.rows() == [("nama", "desa"), ("Éva “x”", "Désa – é")]
    assert [note.code for note in found.notes] == (["encoding"] if encoding == "cp1252" else [])


def test_latin_1_where_windows_has_no_such_character(tmp_path: Path) -> None:
    found = read(_file(tmp_path, b"nama;x\nD\xe9sa\x81;1\n"))
    assert found.encoding == "latin-1"
    assert found.sheets[0].frame.item(1, 0) == "Désa\x81"


def test_line_breaks_inside_cells_keep_the_numbers_right(
    tmp_path: Path, small_blocks: None
) -> None:
    path = _file(tmp_path, 'nik,alamat\n1,"Jl. A\nGg. B\n\nRT 1"\n2,"x"\n3,"y\nz"\n')
    found = read(path)
    sheet = found.sheets[0]
    assert sheet.frame.item(1, 1) == "Jl. A\nGg. B\n\nRT 1"
    assert sheet.frame.item(5, 0) == "2"
    assert sheet.frame.item(6, 1) == "y\nz"
    assert sheet.frame.height == 7 + 1 - 1
    assert sheet.continued_rows == (3, 4, 5, 8)
    assert found.notes[0].spoken("en") == (
        "4 lines are the rest of a cell that holds a line break. (row 3, 4, 5, 8)"
    )


STRAY = [
    ('a,b\nSoka"an,1\n', [("a", "b"), ('Soka"an', "1")], ()),
    ('a,b\n"Soka"an,1\nx,2\n', [("a", "b"), ('"Soka"an', "1"), ("x", "2")], (2,)),
    ('a,b\n"Siti,1\nBudi,2\n', [("a", "b"), ('"Siti', "1"), ("Budi", "2")], (2,)),
    ('a,b\nSiti",1\n"Budi",2\n', [("a", "b"), ('Siti"', "1"), ("Budi", "2")], ()),
    ('a,b\n"q""q",1\n"x"y,"p,q"\n', [("a", "b"), ('q"q', "1"), ('"x"y', "p,q")], (3,)),
    ('a,b\n1,5"\n2,"z"\n', [("a", "b"), ("1", '5"'), ("2", "z")], ()),
    ('a,b\n"open\n"open,2\n', [("a", "b"), ('"open', None), ('"open', "2")], (2, 3)),
    ('a,b\n"",x\n"""",y\n', [("a", "b"), (None, "x"), ('"', "y")], ()),
]


@pytest.mark.parametrize(("text", "rows", "stray"), STRAY)
@pytest.mark.parametrize("is_small", [False, True])
def test_stray_quotation_marks_swallow_nothing(
    tmp_path: Path,
    text: str,
    rows: list[tuple[str, ...]],
    stray: tuple[int, ...],
    is_small: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if is_small:
        monkeypatch.setattr(delimited_module, "BLOCK_BYTES", 8)
        monkeypatch.setattr(delimited_module, "SMALLEST_BLOCK_BYTES", 8)
    found = read(_file(tmp_path, text))
    assert found.sheets[0].frame.rows() == rows
    noted = [row for note in found.notes if note.code == "stray_quotes" for row in note.rows]
    assert tuple(noted) == stray


def test_an_unclosed_quote_far_above_another_swallows_no_rows(tmp_path: Path) -> None:
    rows = "".join(f"{n},nama\n" for n in range(500))
    path = _file(tmp_path, f'no,nama\n"x,satu\n{rows}9,"tutup"\n8,"y\n')
    sheet = read(path).sheets[0]
    assert sheet.frame.height == 504
    assert sheet.frame.row(1) == ('"x', "satu")
    assert sheet.frame.row(502) == ("9", "tutup")
    assert sheet.frame.row(503) == ("8", '"y')


def test_two_unclosed_quotes_that_pair_by_chance(tmp_path: Path) -> None:
    rows = "".join(f"{n},nama\n" for n in range(150))
    sheet = read(_file(tmp_path, f'no,nama\n"x,satu\n{rows}y",dua\n')).sheets[0]
    assert sheet.frame.height == 153
    assert sheet.frame.row(1) == ('"x', "satu")
    assert sheet.frame.row(152) == ('y"', "dua")


def test_ragged_rows_lose_nothing(tmp_path: Path) -> None:
    path = _file(tmp_path, "a;b\n1;2;3;4\n\n5\n;;;;;;;;\n")
    assert _rows(path) == [
        ("a", "b", None, None),
        ("1", "2", "3", "4"),
        (None, None, None, None),
        ("5", None, None, None),
    ]


def test_three_hundred_columns_are_refused_but_blank_ones_are_not(tmp_path: Path) -> None:
    header = ";".join(f"k{n}" for n in range(300))
    with pytest.raises(LimitError) as refused:
        read(_file(tmp_path, header + "\n"))
    assert refused.value.code == "file.too_many_columns"
    blank = "a;b" + ";" * 3_000
    assert _rows(_file(tmp_path, f"{blank}\n1;2{';' * 298}\n")) == [("a", "b"), ("1", "2")]
    with pytest.raises(LimitError):
        read(_file(tmp_path, f"{blank}x\n"))


def test_nul_bytes_name_their_row(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(_file(tmp_path, b"a;b\n1;2\n3;\0\n"))
    assert (refused.value.code, refused.value.where.row) == ("file.nul_bytes", 3)


def test_utf_16_cut_in_half(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(_file(tmp_path, b"\xff\xfe" + "a;b".encode("utf-16-le") + b"\x00"))
    assert refused.value.code == "file.encoding"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", b"\n\n\n", b";;\n;;\n", b"\xff\xfe"])
def test_nothing_but_blanks_is_empty(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as refused:
        read(_file(tmp_path, content))
    assert refused.value.code == "file.empty"


def test_long_cells_and_lines(tmp_path: Path) -> None:
    path = _file(tmp_path, "a;b\n1;" + "x" * 40_000 + "\n")
    with pytest.raises(LimitError) as refused:
        read(path)
    assert refused.value.code == "file.cell_too_long"
    assert (refused.value.where.row, refused.value.where.column) == (2, "B")
    # The cap counts characters, not bytes.
    assert len(_rows(_file(tmp_path, "a;" + "é" * 32_767 + "\n"))[0][1] or "") == 32_767


def test_row_and_cell_caps(tmp_path: Path) -> None:
    path = _file(tmp_path, "a;b\n" * 50)
    for limits, code in (
        (Limits(rows=40), "file.too_many_rows"),
        (Limits(cells=99), "file.too_many_cells"),
    ):
        with pytest.raises(LimitError) as refused:
            read(path, limits)
        assert refused.value.code == code
    assert read(path, Limits(cells=100)).sheets[0].frame.height == 50


def test_batches_are_equal_to_the_whole(tmp_path: Path, small_blocks: None) -> None:
    text = "judul\n\nno;nama;x\n" + "".join(f'{n};"a\nb";\n' for n in range(40))
    path = _file(tmp_path, text)
    whole = read(path).sheets[0]
    batches = list(read_batches(path))
    assert len(batches) > 10
    assert len({batch.frame.width for batch in batches}) == 1
    row = 1
    for batch in batches:
        assert batch.first_row == row
        row += batch.frame.height
    joined = [line[:2] for batch in batches for line in batch.frame.rows()]
    assert joined[: whole.frame.height] == [line[:2] for line in whole.frame.rows()]
    continued = [n for batch in batches for n in batch.continued_rows]
    assert tuple(continued) == whole.continued_rows


def test_batches_notice_a_file_that_changes(tmp_path: Path, small_blocks: None) -> None:
    path = _file(tmp_path, "no;nama\n" + "1;a\n" * 40)
    batches = read_batches(path)
    next(batches)
    with path.open("ab") as handle:
        handle.write(b"2;b\n")
    with pytest.raises(InputError) as refused:
        list(batches)
    assert refused.value.code == "file.changed"


def test_injection_text_stays_text(tmp_path: Path) -> None:
    texts = ["=cmd|'/C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1"]
    path = _file(tmp_path, "nama;x\n" + "".join(f"{text};1\n" for text in texts))
    assert [row[0] for row in _rows(path)[1:]] == texts
