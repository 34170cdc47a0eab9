"""What a stranger may send: one clear sentence and exit code 3, no traceback, no full memory.

Every refusal is an ``InputError`` (exit code 3) whose sentence exists in both languages.
"""

from __future__ import annotations

import gzip
import io
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt
from xlwt.CompoundDoc import XlsDoc

from cakup.intake.reading import Limits, Workbook, read
from cakup.intake.reading.dialect import probe
from cakup.kernel.errors import InputError, LimitError, Where
from made_files import HEAD, MAIN, one_sheet, sheet_xml, strings_xml, workbook_parts, write_parts

MB = 1 << 20
NIK = "9191910101800003"
ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    f'<row r="2"><c r="A2"><v>{NIK}</v></c><c r="B2" t="inlineStr"><is><t>Siti</t></is></c></row>'
)


def outcome(path: Path) -> Workbook | InputError:
    """Read a file of which nothing is known; anything but these two fails the test."""
    try:
        return read(path)
    except InputError as err:
        return err


def refused(path: Path, limits: Limits | None = None) -> str:
    """Return the code of the refusal; its sentences name no value of a person."""
    with pytest.raises(InputError) as caught:
        read(path, limits)
    assert caught.value.exit_code == 3
    for lang in ("id", "en"):
        spoken = caught.value.spoken(lang)
        assert NIK not in spoken
        assert "Siti" not in spoken
        assert path.name in spoken
    return caught.value.code


@pytest.fixture
def xlsx(tmp_path: Path) -> Path:
    strings = strings_xml(["<t>NIK</t>", "<t>NAMA</t>"])
    return one_sheet(tmp_path / "daftar.xlsx", ROWS, strings=strings)


@pytest.fixture
def xls(tmp_path: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for row in range(30):
        sheet.write(row, 0, f"nama {row}")
        sheet.write(row, 1, row)
    path = tmp_path / "daftar.xls"
    book.save(str(path))
    return path


@pytest.fixture
def ods(tmp_path: Path) -> Path:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = "".join(
        f'<table:table-row><table:table-cell office:value-type="float" office:value="{n}"/>'
        "<table:table-cell><text:p>Budi</text:p></table:table-cell></table:table-row>"
        for n in range(30)
    )
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f'{HEAD}<office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>",
    }
    return write_parts(tmp_path / "daftar.ods", parts)


def _zip(**parts: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, text in parts.items():
            package.writestr(name.replace("__", "/"), text)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("laporan.xlsx", b"%PDF-1.7\n...", "PDF"),
        ("ekspor.xls", b"\xef\xbb\xbf\r\n<html><table><tr><td>NIK</td></tr></table>", "HTML"),
        ("ekspor.xls", b"<table border=1><tr><td>NIK</td>", "HTML"),
        ("ekspor.csv", b"<!DOCTYPE html><html>", "HTML"),
        (
            "lama.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "XML 2003",
        ),
        ("foto.xlsx", b"\x89PNG\r\n\x1a\n....", "PNG"),
        ("foto.csv", b"\xff\xd8\xff\xe0....", "JPEG"),
        ("surat.xlsx", _zip(word__document="x", **{"[Content_Types].xml": "x"}), "DOCX/PPTX/ODT"),
        ("arsip.xlsx", _zip(daftar="x"), "ZIP"),
        ("biner.xlsx", _zip(**{"xl__workbook.bin": "x", "[Content_Types].xml": "x"}), "XLSB"),
        ("data.csv", b'{"nik": 1}', "JSON"),
        ("data.csv", b'[{"nik": 1}]', "JSON"),
        ("data.csv", gzip.compress(b"nik;nama\n", mtime=0), "GZIP"),
        ("data.csv", b"PAR1....", "Parquet"),
        ("surat.xls", b"{\\rtf1 ...", "RTF"),
    ],
)
def test_what_is_not_a_workbook(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path) == "file.foreign"
    with pytest.raises(InputError, match=kind.replace("/", ".")):
        read(path)


def _ole(stream: bytes, name: str = "Workbook") -> bytes:
    """Return a compound file whose only stream gets another name by patching its entry."""
    held = io.BytesIO()
    XlsDoc().save(held, stream)
    raw = bytearray(held.getvalue())
    at = raw.find("Workbook".encode("utf-16-le"))
    raw[at : at + 64] = name.encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", raw, at + 64, 2 * len(name) + 2)
    return bytes(raw)


def test_workbooks_with_a_password(tmp_path: Path, xls: Path) -> None:
    path = tmp_path / "rahasia.xlsx"
    path.write_bytes(_ole(b"\0" * 8_192, "EncryptedPackage"))
    assert refused(path) == "file.password"
    bof = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0, 0, 0, 0)
    filepass = struct.pack("<HHHHH", 0x002F, 6, 1, 1, 1)
    path.write_bytes(_ole((bof + filepass).ljust(8_192, b"\0")))
    assert refused(path) == "file.password"


def test_encrypted_zip_members(xlsx: Path) -> None:
    raw = bytearray(xlsx.read_bytes())
    at = -1
    while (at := raw.find(b"PK\x01\x02", at + 1)) >= 0:
        raw[at + 8] |= 1
    xlsx.write_bytes(raw)
    assert refused(xlsx) == "file.password"


def test_other_compound_files(tmp_path: Path) -> None:
    path = tmp_path / "surat.xls"
    path.write_bytes(_ole(b"\0" * 8_192, "WordDocument"))
    assert refused(path) == "file.foreign"


@pytest.mark.parametrize("which", ["xlsx", "xls", "ods"])
def test_cut_off_anywhere(which: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(which)
    raw = path.read_bytes()
    step = max(1, len(raw) // 60)
    for size in [*range(1, 40), *range(40, len(raw) - 1, step)]:
        path.write_bytes(raw[:size])
        found = outcome(path)
        # Only an .xls may lack trailing padding without loss; a short head reads as text.
        assert isinstance(found, InputError) or which == "xls" or size < 8


@pytest.mark.parametrize("which", ["xlsx", "xls", "ods"])
def test_damaged_anywhere(which: str, request: pytest.FixtureRequest) -> None:
    """Changed bytes give a workbook or a sentence; the readers beneath do not get through."""
    path: Path = request.getfixturevalue(which)
    raw = path.read_bytes()
    chance = random.Random(20)
    for _ in range(150):
        changed = bytearray(raw)
        for _ in range(chance.choice((1, 3, 20))):
            changed[chance.randrange(len(raw))] = chance.randrange(256)
        path.write_bytes(changed)
        assert str(outcome(path))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_damaged_xml_inside_a_sound_zip(xlsx: Path, part: str) -> None:
    with zipfile.ZipFile(xlsx) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    raw = parts[part]
    chance = random.Random(21)
    for _ in range(250):
        changed = bytearray(raw)
        for _ in range(chance.choice((1, 2, 8))):
            at = chance.randrange(len(changed))
            if chance.random() < 0.5:
                del changed[at : at + chance.randrange(1, 6)]
            else:
                changed[at:at] = chance.choice((b"<", b">", b'"', b"<c>", b"\xff", b"&", b"9"))
        write_parts(xlsx, parts | {part: bytes(changed)})
        assert str(outcome(xlsx))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    bomb = sheet_xml("<row>" + " " * (64 * MB) + "</row>")
    write_parts(path, workbook_parts({"Data": bomb}))
    assert path.stat().st_size < MB
    tracemalloc.start()
    assert refused(path) == "file.zip_bomb"
    assert refused(path, Limits(unpacked_bytes=32 * MB, unpack_ratio=10**6)) == "file.zip_bomb"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * MB


def test_sizes_that_lie(xlsx: Path) -> None:
    """The sizes that the zip directory states are not believed."""
    raw = xlsx.read_bytes()
    for offset, value in ((24, 40), (20, 5), (20, 2**31), (24, 2**31 - 1)):
        changed = bytearray(raw)
        at = changed.rfind(b"PK\x01\x02")
        struct.pack_into("<I", changed, at + offset, value)
        xlsx.write_bytes(changed)
        assert refused(xlsx) in {"file.damaged", "file.truncated", "file.zip_bomb"}


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"],
)
def test_document_types_are_refused(xlsx: Path, declared: str, part: str) -> None:
    with zipfile.ZipFile(xlsx) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = parts[part].replace(HEAD.encode(), HEAD.encode() + declared.encode())
    write_parts(xlsx, parts)
    assert refused(xlsx) == "file.forbidden_xml"


def test_document_types_in_ods(ods: Path) -> None:
    with zipfile.ZipFile(ods) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(HEAD.encode(), (HEAD + LAUGHS).encode())
    assert refused(write_parts(ods, parts)) == "file.forbidden_xml"


class _Endless(io.RawIOBase):
    """A stream of 2 GB without a line end, made as it is read."""

    def __init__(self, head: bytes) -> None:
        self.head, self.taken = head, 0

    def read(self, size: int = -1) -> bytes:
        if self.taken >= 2 << 30:
            return b""
        block = (self.head if self.taken == 0 else b"") + b"x" * size
        self.taken += size
        return block[:size]


@pytest.mark.slow
@pytest.mark.parametrize("head", [b"nik;nama\n1;", b'nik;nama\n1;"', b"\xff\xfe"])
def test_a_cell_of_two_gigabytes_is_stopped_by_the_cap(head: bytes) -> None:
    stream = _Endless(head)
    tracemalloc.start()
    with pytest.raises(LimitError) as caught:
        probe(stream, Limits(), Where(file="daftar.csv"))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "file.cell_too_long"
    assert stream.taken < 32 * MB
    assert peak < 50 * MB


@pytest.mark.slow
@pytest.mark.parametrize("where", ["shared", "inline", "ods"])
def test_huge_texts_in_workbooks_are_stopped_within_50_mb(tmp_path: Path, where: str) -> None:
    chance = random.Random(5)
    # Text that hardly compresses, so that no ratio gives it away.
    huge = chance.randbytes(24 * MB).hex()[: 40 * MB]
    path = tmp_path / "besar.xlsx"
    cell = '<row r="1"><c r="A1" t="{}">{}</c></row>'
    if where == "shared":
        rows = cell.format("s", "<v>0</v>")
        one_sheet(path, rows, strings=strings_xml([f"<t>{huge}</t>"]))
    elif where == "inline":
        one_sheet(path, cell.format("inlineStr", f"<is><t>{huge}</t></is>"))
    else:
        row = f"<table-row><table-cell><p>{huge}</p></table-cell></table-row>"
        parts = {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<x><table name="Data">{row}</table></x>',
        }
        write_parts(path, parts)
    del huge
    tracemalloc.start()
    assert refused(path) == "file.cell_too_long"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 * MB  # two reads, the pair of sentences is asked for once each
    assert peak < 50 * MB


def _many_merges(path: Path) -> None:
    merges = "".join(f'<mergeCell ref="A{n}:A1048576"/>' for n in range(1, 60_000))
    rows = "".join(f'<row r="{n}"><c r="B{n}"><v>1</v></c></row>' for n in range(1, 3_000))
    one_sheet(path, rows, after=f"<mergeCells>{merges}</mergeCells>")


def _unclosed_tags(path: Path) -> None:
    one_sheet(path, ROWS, after="<mergeCell " * 400_000)


def _long_format(path: Path) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="{"0" * MB}"/>'
        '</numFmts><cellXfs><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    one_sheet(path, ROWS, styles=styles)


def _long_head(path: Path) -> None:
    one_sheet(path, '<row r="1" ' + 'spans="1" ' * 300_000 + 'hidden="1"/>')


def _deep(path: Path) -> None:
    one_sheet(path, "<row>" + "<r>" * 200_000 + "</r>" * 200_000 + "</row>")


@pytest.mark.parametrize("make", [_many_merges, _unclosed_tags, _long_format, _long_head, _deep])
def test_nothing_takes_time_out_of_proportion(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Each would take minutes with a search that starts over at every mark."""
    path = tmp_path / "lambat.xlsx"
    make(path)
    assert str(outcome(path))


def test_too_many_sheets(tmp_path: Path) -> None:
    xml = sheet_xml(ROWS)
    path = write_parts(tmp_path / "daftar.xlsx", workbook_parts({f"L{n}": xml for n in range(101)}))
    assert refused(path) == "file.too_many_sheets"


def test_rows_beyond_excel_and_columns_beyond_counting(tmp_path: Path) -> None:
    path = tmp_path / "daftar.xlsx"
    one_sheet(path, '<row r="1048577"><c r="A1048577"><v>1</v></c></row>')
    assert refused(path) == "file.damaged"
    one_sheet(path, "<row>" + "<c><v>1</v></c>" * 40_000 + "</row>")
    assert refused(path) == "file.too_many_columns"
    one_sheet(path, "<row><c><v>1</v></c>" + "<c/>" * 40_000 + "</row>")
    assert read(path).sheets[0].frame.shape == (1, 1)


def test_random_bytes_never_get_through(tmp_path: Path) -> None:
    chance = random.Random(22)
    path = tmp_path / "acak.csv"
    alphabets = (bytes(range(256)), bytes(range(1, 256)), b'a;,"\n\r\t|1 ', b'"\n,')
    for _ in range(300):
        alphabet = chance.choice(alphabets)
        path.write_bytes(bytes(chance.choices(alphabet, k=chance.randrange(1, 200))))
        found = outcome(path)
        raw = path.read_bytes()
        if isinstance(found, Workbook) and b"\n" in raw and found.encoding[:6] != "utf-16":
            assert found.sheets[0].frame.height <= raw.count(b"\n") + 1
