"""``cakup synth`` on the command line: table, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cakup.cli.main import main


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["synth", *words])
    return int(left.value.code or 0)


def test_table_fits_and_says_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = _run(str(tmp_path / "kota"), "--workers", "1000", "--covered", "0.33", "--quiet")
    out = capsys.readouterr().out
    assert code == 0
    assert all(len(line) <= 100 for line in out.split("\n"))
    assert "16_peserta.csv" in out
    assert "330" in out
    assert "670" in out
    _run(str(tmp_path / "kota"), "--workers", "1000", "--covered", "330")
    assert "Berikutnya:" in capsys.readouterr().out


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--workers", "100", "--covered", "33", "--as-of", "2025-06", "--json")
    assert _run(str(tmp_path / "kota"), *words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["as_of"] == "2025-06-30"
    assert told["truth"]["covered"] == 33
    assert {"file", "kind", "sender", "list", "as_of", "rows"} <= set(told["files"][0])


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--covered", "sepertiga"), "synth.unreadable_covered"),
        (("--covered", "nan.0"), "synth.unreadable_covered"),
        (("--covered", "200"), "synth.bad_covered"),
        (("--workers", "5"), "synth.few_workers"),
        (("--place", "Binjai"), "synth.bad_place"),
        (("--as-of", "kemarin"), "usage.bad_date"),
        (("--listed", "88"), "synth.bad_listed"),
    ],
)
def test_wrong_words_are_usage_errors(
    words: tuple[str, ...], error: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(str(tmp_path / "kota"), "--workers", "100", *words, "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == error
    assert not (tmp_path / "kota").exists()


def test_a_folder_with_other_files_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "surat.txt").write_text("isi", encoding="utf-8")
    assert _run(str(tmp_path), "--workers", "100", "--covered", "33") == 2
    assert "synth.folder_not_empty" in capsys.readouterr().err
