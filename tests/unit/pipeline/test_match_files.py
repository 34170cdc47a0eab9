"""Files that ``match`` and ``dedupe`` read and write: nothing is lost, nothing is refused late."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

import cakup
from bench.noisy_city import make
from cakup.cli.main import main
from cakup.kernel.errors import AccessError, CakupError, UsageError
from cakup.kernel.progress import Silent
from cakup.linkage.generic.choose import Ignored
from cakup.pipeline import match as use_case
from cakup.pipeline import match_partitions as parts

WORDS = ("Ananda", "Bestari", "Cempaka", "Dahlia", "Edelweis", "Flamboyan", "Gardenia", "Hortensia")


def people() -> pl.DataFrame:
    """Return 64 persons without NIK, a quarter of them twice."""
    rows = [
        {"nama": f"{WORDS[n % 8]} {WORDS[n // 8]}", "kota": WORDS[n % 5],
         "lahir": f"19{n + 20}-0{n % 9 + 1}-11"}
        for n in [*range(64), *range(16)]
    ]  # fmt: skip
    return pl.DataFrame(rows)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    people().write_csv(tmp_path / "daftar.csv")
    return tmp_path / "daftar.csv"


def refused(call: Callable[[], object], kind: type[CakupError] = UsageError) -> str:
    with pytest.raises(kind) as told:
        call()
    return told.value.code


def said(call: list[str]) -> None:
    """Run a command that succeeds."""
    with pytest.raises(SystemExit) as told:
        main(call)
    assert told.value.code in (0, None)


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads a table fails: what is refused must be refused before."""

    def reads(*_: object) -> None:
        raise AssertionError("a table was read")

    monkeypatch.setattr(use_case, "read_table", reads)
    monkeypatch.setattr(use_case.parts.Divided, "of", reads)


@pytest.mark.usefixtures("unread")
def test_a_table_is_not_written_over(table: Path, tmp_path: Path) -> None:
    other = tmp_path / "induk.csv"
    people().write_csv(other)
    (tmp_path / "sub").mkdir()
    (tmp_path / "tautan.csv").symlink_to(table)
    os.link(table, tmp_path / "kembaran.csv")
    before = table.read_bytes()
    for out in ("daftar.csv", "sub/../daftar.csv", "tautan.csv", "kembaran.csv"):
        path = tmp_path / out
        assert refused(lambda path=path: cakup.dedupe(table, path)) == "match.out_is_input"
        assert refused(lambda path=path: cakup.match(table, other, path)) == "match.out_is_input"
        assert refused(lambda path=path: cakup.match(other, table, path)) == "match.out_is_input"
    assert table.read_bytes() == before


@pytest.mark.usefixtures("unread")
def test_a_place_that_cannot_be_written_is_named_before_the_work(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    for call in (lambda o: cakup.dedupe(table, o), lambda o: cakup.match(table, "induk.csv", o)):
        with pytest.raises(UsageError) as told:
            call("hilang/di sini/hasil.csv")
        assert told.value.code == "usage.no_out_folder"
        assert "Folder hilang/di sini untuk" in told.value.spoken("id")
        assert refused(lambda call=call: call("folder.csv")) == "usage.out_is_folder"
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != Path())
    assert refused(lambda: cakup.dedupe(table, "o.csv"), AccessError) == "workspace.no_permission"


def with_what_is_not_plain(table: pl.DataFrame, path: Path) -> Path:
    """Write a table with columns that have no form as text among those that have one."""
    more = {
        "daftar": pl.Series([[n, n + 1] for n in range(table.height)]),
        "struktur": pl.Series([{"a": n} for n in range(table.height)]),
        "lama": pl.Series([timedelta(n) for n in range(table.height)]),
        "gambar": pl.Series([bytes([255, n % 256]) for n in range(table.height)]),
    }
    table.select(**more).hstack(table).write_parquet(path)
    return path


def test_what_has_no_form_as_text_is_skipped_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = people().with_columns(pl.col("kota").cast(pl.Binary))
    table.write_parquet(tmp_path / "a.parquet")
    nested = with_what_is_not_plain(table, tmp_path / "b.parquet")
    one = cakup.dedupe(tmp_path / "a.parquet", tmp_path / "o.csv")
    two = cakup.dedupe(nested, tmp_path / "p.csv")
    assert (tmp_path / "o.csv").read_bytes() == (tmp_path / "p.csv").read_bytes()
    left_out = [Ignored("left", c, "not_plain") for c in ("daftar", "struktur", "lama", "gambar")]
    assert one.fields == two.fields
    assert "kota" in one.fields
    assert list(two.ignored) == [*one.ignored, *left_out]
    said(["match", str(tmp_path / "a.parquet"), str(nested), "--out", str(tmp_path / "q.csv")])
    assert re.search(r"gambar +kanan +isinya daftar, struktur, atau biner", capsys.readouterr().out)


@pytest.mark.parametrize("partitions", [0, 2])
def test_with_nik_too_whether_divided_or_not(tmp_path: Path, partitions: int) -> None:
    made = make(300, 31)
    nested = with_what_is_not_plain(made.workers, tmp_path / "l.parquet")
    made.register.write_parquet(tmp_path / "r.parquet")
    found = cakup.match(
        nested, tmp_path / "r.parquet", tmp_path / "o.parquet", partitions=partitions
    )
    assert {i.column for i in found.ignored if i.why == "not_plain"} == {
        "daftar", "struktur", "lama", "gambar",
    }  # fmt: skip
    assert found.written > 100


class Heard(Silent):
    """A listener that remembers what should stay on screen."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_without_nik_nothing_is_divided_but_all_is_answered(tmp_path: Path) -> None:
    # No column has a name that a table with NIK would have.
    names = {"nama": "sebutan", "kota": "tempat", "lahir": "hari"}
    people().rename(names).write_csv(tmp_path / "a.csv")
    with_nik = people().with_columns(nik=pl.lit("1275914105800001"))
    with_nik.write_csv(tmp_path / "b.csv")
    for right in ("a.csv", "b.csv"):
        said = {n: Heard() for n in (0, 3)}
        for n, heard in said.items():
            cakup.match(tmp_path / "a.csv", tmp_path / right, tmp_path / f"m{n}.csv", partitions=n,
                        progress=heard)  # fmt: skip
            cakup.dedupe(tmp_path / "a.csv", tmp_path / f"d{n}.csv", partitions=n, progress=heard)
        for kind in "md":
            made = [(tmp_path / f"{kind}{n}.csv").read_bytes() for n in said]
            assert made[0] == made[1]
        assert said[3].notes == [parts.WITHOUT_NIK] * 2


@pytest.mark.parametrize(("lang", "word"), [("id", "berkas yang sama"), ("en", "same file")])
def test_a_table_matched_with_itself_is_told_of_dedupe(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str
) -> None:
    os.link(table, tmp_path / "kembaran.csv")
    people().write_csv(tmp_path / "salinan.csv")
    for right, is_told in (("daftar.csv", True), ("kembaran.csv", True), ("salinan.csv", False)):
        said(["match", str(table), str(tmp_path / right), "--out", str(tmp_path / "o.csv"),
              "--lang", lang])  # fmt: skip
        heard = " ".join(capsys.readouterr().err.split())
        assert (word in heard and "cakup dedupe" in heard) is is_told
