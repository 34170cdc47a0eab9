"""Lines of CSV tables for ``match`` and ``dedupe``: nothing is lost, and odd ones are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cakup
from cakup.cli.main import main
from cakup.pipeline.table_files import batches, count_rows, heads, read_table
from cakup.pipeline.table_lines import line_notes

HEAD = "nama;kota;lahir"
PLAIN = [HEAD, "Ani;Anggrek;1980-01-11", "Budi;Bakung;1981-02-12", "Cici;Cempaka;1982-03-13"]


def written(path: Path, lines: list[str], *, end: str = "\n", encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return path


def told(path: Path) -> dict[str, tuple[int, ...]]:
    """Return what is said of a table: code → lines."""
    notes = line_notes(path)
    assert all(n.count == len(n.rows) and n.params["file"] == path.name for n in notes)
    return {n.code: n.rows for n in notes}


@pytest.mark.parametrize(
    ("lines", "how"),
    [
        (PLAIN, {}),
        (PLAIN, {"encoding": "utf-8-sig"}),
        (PLAIN, {"encoding": "utf-16"}),
        (PLAIN, {"end": "\r\n"}),
        (PLAIN, {"end": "\r"}),
        (["sep=;", *PLAIN], {}),
        ([line.replace(";", ",") for line in PLAIN], {}),
        ([line.replace(";", "\t") for line in PLAIN], {}),
        # Separators that end every line, or every line but the header.
        ([f"{line};" for line in PLAIN], {}),
        ([f"{line};;;" for line in PLAIN], {"encoding": "utf-8-sig"}),
        ([HEAD, *(f"{line};" for line in PLAIN[1:])], {}),
        ([f"{HEAD};;", *PLAIN[1:]], {}),
        (["", "", PLAIN[0], "", *PLAIN[1:], "", ""], {"end": "\r\n"}),
        (["", PLAIN[0], " ", *PLAIN[1:], "\t", " "], {"encoding": "utf-16"}),
        ([PLAIN[0], "  ", *PLAIN[1:]], {"encoding": "utf-8-sig"}),
    ],
)
def test_of_harmless_lines_nothing_is_said(
    tmp_path: Path, lines: list[str], how: dict[str, str]
) -> None:
    path = written(tmp_path / "t.csv", lines, **how)
    assert told(path) == {}
    assert read_table(path).rows() == [tuple(line.split(";")) for line in PLAIN[1:]]


def test_cells_astray_are_kept_and_told(tmp_path: Path) -> None:
    lines = [
        HEAD,
        "Ani;Anggrek;1980-01-11",
        "Budi;1981-02-12",  # 3: a cell lacks in the middle
        "Cici;;",  # blank, but all there
        '"Dedi\nRekaan";"a;b";1983-04-14',  # 5, 6
        '"Edi\nRekaan";"c\n""d"""',  # 7, 8, 9
        "Fani;Jalan 1; Nomor 2;1984-05-15",  # 10
        ";;",
        "",
        "Gani",  # 13
        "Hani;Ku\"ba;1985-06-16;",
        'Ina;"Kuba',  # 15: the mark never pairs
        *PLAIN[1:],
    ]  # fmt: skip
    path = written(tmp_path / "t.csv", lines)
    assert told(path) == {"long_lines": (10,), "short_lines": (3, 7, 13, 15)}
    rows = read_table(path).rows()
    assert rows[1] == ("Budi", "1981-02-12", None, None)
    assert rows[3] == ("Dedi\nRekaan", "a;b", "1983-04-14", None)
    assert rows[4] == ("Edi\nRekaan", 'c\n"d"', None, None)
    assert rows[5] == ("Fani", "Jalan 1", " Nomor 2", "1984-05-15")
    assert rows[6] == (None, None, None, None)
    assert len(rows) == 13


def test_a_header_said_again_is_no_row(tmp_path: Path) -> None:
    again = ["nama;kota;lahir", " NAMA ;Kota;lahir;", '"nama";"kota";"lahir"']
    lines = ["", PLAIN[0], PLAIN[1], again[0], again[1], PLAIN[2], again[2], PLAIN[3]]
    # Rows that say part of it are about somebody.
    lines += ["nama;kota;", "nama;Kota;1980-01-11"]
    path = written(tmp_path / "t.csv", lines, encoding="utf-8-sig")
    assert told(path) == {"repeated_header": (4, 5, 7)}
    rows = read_table(path)
    assert rows["nama"].to_list() == ["Ani", "Budi", "Cici", "nama", "nama"]
    assert count_rows(path) == rows.height
    assert heads(path) == rows.columns
    assert sum(b.height for b in batches(path, 2)) == rows.height


def test_a_header_with_a_name_twice_or_none(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", ["nama;;nama", "Ani;x;y", "nama;;nama", "Budi;x"])
    assert told(path) == {"repeated_header": (3,), "short_lines": (4,)}
    assert read_table(path).columns == ["nama", "c2", "nama_3"]


def test_many_lines_are_counted_and_the_first_ones_named(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [HEAD, *["Ani;Anggrek"] * 1_000, *PLAIN[1:] * 1_000])
    (note,) = line_notes(path)
    assert (note.count, note.rows) == (1_000, tuple(range(2, 22)))
    assert note.spoken("id").startswith("1.000 baris pada t.csv punya sel lebih sedikit")
    assert note.spoken("id").endswith("21, …)")


@pytest.mark.parametrize(("lang", "word"), [("id", "mengulang judul"), ("en", "repeat the header")])
def test_commands_say_it_once_for_each_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str
) -> None:
    one = written(tmp_path / "a.csv", [*PLAIN, HEAD, *PLAIN[1:]])
    two = written(tmp_path / "b.csv", [*PLAIN, "Ani;Anggrek"])
    calls = (["dedupe", str(one)], ["match", str(one), str(two)], ["match", str(one), str(one)])
    for call, files in zip(calls, (["a"], ["a", "b"], ["a"]), strict=True):
        with pytest.raises(SystemExit):
            main([*call, "--out", str(tmp_path / "o.csv"), "--json", "--lang", lang])
        out, err = capsys.readouterr()
        notes = json.loads(out)["notes"]
        assert [n["file"] for n in notes] == [f"{name}.csv" for name in files]
        assert notes[0]["code"] == "repeated_header"
        assert word in " ".join(err.split())
        assert str(tmp_path) not in err
        # What is said holds nothing of what is in the table.
        assert not any(word in f"{out}{err}" for word in ("Ani", "Anggrek", "1980"))


def test_rows_of_the_result_skip_the_repeated_header(tmp_path: Path) -> None:
    table = written(tmp_path / "a.csv", [*PLAIN, HEAD, *PLAIN[1:]])
    found = cakup.dedupe(table, tmp_path / "o.csv")
    assert found.rows == (6,)
    assert found.written == 6
    assert [n.code for n in found.notes] == ["repeated_header"]
