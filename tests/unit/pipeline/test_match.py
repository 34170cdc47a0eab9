"""``match`` and ``dedupe`` as a user has them: files in, files out, options as documented."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import cakup
from bench.noisy_city import make
from cakup.cli.main import main
from cakup.kernel.errors import InputError, UsageError


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    made = make(600, 31)
    made.workers.write_parquet(folder / "left.parquet")
    made.register.write_parquet(folder / "right.parquet")
    return folder


def _match(city: Path, out: Path, **options: object) -> pl.DataFrame:
    cakup.match(city / "left.parquet", city / "right.parquet", out, **options)
    return pl.read_parquet(out)


def test_best_row_of_each_left_row(city: Path, tmp_path: Path) -> None:
    found = _match(city, tmp_path / "o.parquet", source_column="list")
    assert found.schema == {
        "left_row": pl.Int64, "right_row": pl.Int64, "probability": pl.Float64,
        "evidence": pl.String, "decision": pl.String,
    }  # fmt: skip
    assert found["left_row"].is_sorted()
    assert found["left_row"].is_unique().all()
    assert found["probability"].min() >= 0.20
    link = found.filter(pl.col("probability") >= 0.95)
    assert set(link["decision"]) == {"link"}
    assert set(found.filter(pl.col("probability") < 0.95)["decision"]) <= {"review"}
    assert all(json.loads(text) for text in found["evidence"])
    left = pl.read_parquet(city / "left.parquet")["person"]
    right = pl.read_parquet(city / "right.parquet")["person"]
    right_ones = left.gather(link["left_row"]) == right.gather(link["right_row"])
    assert right_ones.mean() > 0.99
    covered = left.is_in(right.unique().implode()).sum()
    assert link.height > 0.9 * covered


def test_one_to_one_uses_every_right_row_once(city: Path, tmp_path: Path) -> None:
    found = _match(city, tmp_path / "o.parquet", one_to_one=True)
    assert found["right_row"].is_unique().all()
    assert found["left_row"].is_unique().all()


def test_all_pairs_hold_the_best_ones(city: Path, tmp_path: Path) -> None:
    best = _match(city, tmp_path / "a.parquet")
    every = _match(city, tmp_path / "b.parquet", all_pairs=True)
    assert every["probability"].min() >= 0.01
    key = ["left_row", "right_row"]
    assert best.join(every, on=key, how="anti").is_empty()
    assert not every.select(key).is_duplicated().any()


def test_dedupe_writes_every_row_once(city: Path, tmp_path: Path) -> None:
    table = pl.read_parquet(city / "left.parquet")
    result = cakup.dedupe(city / "left.parquet", tmp_path / "o.csv", source_column="list")
    found = pl.read_csv(tmp_path / "o.csv")
    assert found["row"].to_list() == list(range(table.height))
    smallest = found.group_by("cluster").agg(pl.col("row").min())
    assert (smallest["row"] == smallest["cluster"]).all()
    assert result.clusters == smallest.height
    true = table["person"].n_unique()
    assert abs(smallest.height - true) < 0.06 * true


def test_columns_of_foreign_tables(tmp_path: Path) -> None:
    people = [
        ("Margaret", "Thompson", "1961-04-12", "Carlton", "12 High St"),
        ("Margret", "Thomson", "1961-04-12", "Carlton", "12 High St"),
        ("Oliver", "Nakamura", "1985-11-30", "Fitzroy", "5 Low Rd"),
        ("Oliver", "Nakamura", "1985-11-30", "Fitzroy", "5 Low Road"),
    ]
    head = ["first_name", "surname", "born_on", "suburb", "line1"]
    left = pl.DataFrame([people[0], people[2]], schema=head, orient="row")
    right = pl.DataFrame([people[3], people[1]], schema=[*head[:2], "dob", *head[3:]], orient="row")
    left.write_csv(tmp_path / "l.csv")
    right.write_csv(tmp_path / "r.csv")
    result = cakup.match(
        tmp_path / "l.csv", tmp_path / "r.csv", tmp_path / "o.parquet",
        columns={"nama": ("first_name", "surname")},
        left_columns={"tanggal_lahir": ("born_on",)}, right_columns={"tanggal_lahir": ("dob",)},
        also=("line1",),
    )  # fmt: skip
    assert result.fields["nama"] == "first_name+surname"
    found = pl.read_parquet(tmp_path / "o.parquet")
    assert found.select("left_row", "right_row").rows() == [(0, 1), (1, 0)]


def test_blank_lines_do_not_count_and_lines_of_separators_do(tmp_path: Path) -> None:
    text = "nama;tanggal_lahir\n\nAni Siregar;01/02/1980\n;\n\nBudi Ginting;03/04/1975\n"
    (tmp_path / "l.csv").write_text(text, encoding="utf-8")
    (tmp_path / "r.csv").write_text("nama,tanggal_lahir\nBudi Ginting,1975-04-03\n", "utf-8")
    cakup.match(tmp_path / "l.csv", tmp_path / "r.csv", tmp_path / "o.parquet", all_pairs=True)
    assert pl.read_parquet(tmp_path / "o.parquet")["left_row"].to_list() == [2]


def test_what_is_wrong_is_said(city: Path, tmp_path: Path) -> None:
    left, out = city / "left.parquet", tmp_path / "o.parquet"
    with pytest.raises(UsageError, match=r"match\.unknown_column"):
        cakup.match(left, left, out, columns={"nama": ("naam",)})
    with pytest.raises(UsageError, match=r"match\.unknown_field"):
        cakup.match(left, left, out, columns={"umur": ("nama",)})
    with pytest.raises(UsageError, match=r"match\.bad_output"):
        cakup.match(left, left, tmp_path / "o.xlsx")
    with pytest.raises(UsageError, match=r"usage\.bad_share"):
        cakup.dedupe(left, out, threshold=1.5)
    (tmp_path / "n.csv").write_text("rec_id\n1\n2\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"match\.no_field"):
        cakup.dedupe(tmp_path / "n.csv", out)
    (tmp_path / "x.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(InputError, match=r"match\.not_a_table"):
        cakup.dedupe(tmp_path / "x.parquet", out)
    (tmp_path / "e.csv").write_text("nama\nAni\n", encoding="utf-8")
    (tmp_path / "f.csv").write_text("telepon\n0811\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"match\.different_fields"):
        cakup.match(tmp_path / "e.csv", tmp_path / "f.csv", out)
    assert not out.exists()


def test_on_the_command_line(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "o.parquet")
    with pytest.raises(SystemExit) as left:
        main(["match", str(city / "left.parquet"), str(city / "right.parquet"), "--out", out,
              "--columns", "nama=nama,nama_ibu=nama_ibu", "--json"])  # fmt: skip
    assert left.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["written"] == pl.read_parquet(out).height
    assert told["links"] > 0
    with pytest.raises(SystemExit) as left:
        main(["dedupe", str(city / "left.parquet"), "--out", out, "--columns", "nama", "--json"])
    assert left.value.code == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "match.bad_columns"
