"""Tables linked unit by unit: the same answers for any division, movers found, failures redone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from bench import noisy_province
from bench.judge import judge
from cakup.engines.files import read_json
from cakup.kernel.errors import EngineError
from cakup.linkage.linking import Settings
from cakup.linkage.tables import Asked, table_fields
from cakup.pipeline import match_partitions as parts
from cakup.pipeline.match import ANSWER_FROM, dedupe, match
from cakup.pipeline.partition_files import Shelf
from cakup.pipeline.partition_steps import Steps
from cakup.pipeline.partitions import Division, run_steps

PERSONS, CITIES = 1_800, 4


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> noisy_province.Province:
    folder = tmp_path_factory.mktemp("province")
    return noisy_province.make(PERSONS, 4107, folder, city=PERSONS // CITIES, in_process=True)


@pytest.fixture(scope="module")
def whole(province: noisy_province.Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "out.parquet"
    match(province.workers, province.register, out, source_column="list", partitions=0)
    return out


def spread(province: noisy_province.Province, folder: Path) -> Shelf:
    """Return a run made ready: the rows of the province spread over its units."""
    paths = (province.workers, province.register)
    heads = [pl.read_parquet_schema(p) for p in paths]
    asked = (Asked({}, (), "list"), Asked({}))
    fields = tuple(table_fields(list(h), a) for h, a in zip(heads, asked, strict=True))
    rows = tuple(pl.scan_parquet(p).select(pl.len()).collect().item() for p in paths)
    shelf = Shelf(folder / "bagian")
    job = parts.match_job(Settings(), ANSWER_FROM)
    assert parts.prepare(shelf, parts.Tables(paths, fields, rows), job)
    return shelf


@pytest.fixture(scope="module")
def ready(province: noisy_province.Province, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The province made ready, with no step done; tests work on copies."""
    return spread(province, tmp_path_factory.mktemp("ready"))


def copied(shelf: Shelf, folder: Path) -> Shelf:
    return Shelf(Path(shutil.copytree(shelf.root, folder / "bagian")))


def answered(shelf: Shelf, division: Division, out: Path) -> pl.DataFrame:
    parts.linked_answers(shelf, division, ANSWER_FROM, out, one_to_one=False, all_pairs=False)
    return pl.read_parquet(out)


@pytest.fixture(scope="module")
def divided(ready: Shelf, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("divided")
    shelf = copied(ready, folder)
    return shelf, answered(shelf, Division(1, workers=0, threads=1), folder / "out.parquet")


def judged(province: noisy_province.Province, found: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that ``bench.judge`` judges."""
    truth, register = pl.read_parquet(province.truth), pl.read_parquet(province.truth_register)
    rows = truth.with_row_index("left_row").with_columns(pl.col("left_row").cast(pl.Int64))
    rows = rows.join(found, on="left_row", how="left", maintain_order="left")
    linked = register["person"].gather(rows["right_row"].fill_null(0))
    return rows.with_columns(
        probability=pl.col("probability").fill_null(0.0),
        is_right=(linked == rows["person"]) & rows["right_row"].is_not_null(),
        is_covered=pl.col("person").is_in(register["person"].unique().implode()),
    )


def test_units_are_the_cities(divided: tuple[Shelf, pl.DataFrame]) -> None:
    units = divided[0].manifest()["units"]
    assert sorted(units) == ["1201", "1202", "1203", "1204"]
    # 15 % hold a number of another city and live here all the same.
    assert max(units.values()) < 1.15 * min(units.values())


def test_nearly_as_good_as_all_at_once(
    province: noisy_province.Province, whole: Path, divided: tuple[Shelf, pl.DataFrame]
) -> None:
    once = judge(judged(province, pl.read_parquet(whole)), 0.5).f1.value
    apart = judge(judged(province, divided[1]), 0.5).f1.value
    assert apart > once - 0.004


def test_who_moved_is_found(
    province: noisy_province.Province, divided: tuple[Shelf, pl.DataFrame]
) -> None:
    shelf, found = divided
    members = pl.concat(
        [shelf.get(u, "members").with_columns(unit=pl.lit(u)) for u in shelf.manifest()["units"]]
    ).select("gid", "unit")
    first = shelf.manifest()["rows"][0]
    rows = judged(province, found).join(members, left_on="left_row", right_on="gid")
    crossing = rows.join(
        members.select(right_row=pl.col("gid") - first, home="unit"), on="right_row"
    ).filter(pl.col("unit") != pl.col("home"))
    assert crossing.height >= 3
    assert crossing["is_right"].mean() > 0.8


@pytest.mark.slow
@pytest.mark.parametrize("division", [Division(3, 0, threads=2)])
def test_any_division_gives_the_same_bytes(
    province: noisy_province.Province, divided: tuple[Shelf, pl.DataFrame], tmp_path: Path,
    division: Division,
) -> None:  # fmt: skip
    answered(spread(province, tmp_path), division, tmp_path / "out.parquet")
    first = divided[0].root.parent / "out.parquet"
    assert (tmp_path / "out.parquet").read_bytes() == first.read_bytes()


def test_one_city_is_linked_as_at_once(tmp_path: Path) -> None:
    city = noisy_province.make(700, 911, tmp_path, in_process=True)
    match(city.workers, city.register, tmp_path / "a.parquet", source_column="list", partitions=0)
    found = answered(spread(city, tmp_path), Division(5, 0), tmp_path / "b.parquet")
    assert found.equals(pl.read_parquet(tmp_path / "a.parquet"))


@pytest.mark.slow
def test_what_is_finished_is_kept(
    ready: Shelf, divided: tuple[Shelf, pl.DataFrame], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    shelf = copied(ready, tmp_path)
    done: list[tuple[str, str]] = []
    plain = {step: getattr(Steps, step) for step in ("count", "link", "meet")}

    def failing(step: str) -> object:
        def work(self: Steps, unit: str) -> int:
            if (step, unit) == ("link", "1203") and not done.count(("fail", unit)):
                done.append(("fail", unit))
                raise MemoryError
            done.append((step, unit))
            return plain[step](self, unit)

        return work

    for step in plain:
        monkeypatch.setattr(Steps, step, failing(step))
    with pytest.raises(MemoryError):
        run_steps(shelf, Division(1, 0))
    before = len(done)
    result = answered(shelf, Division(2, 0), tmp_path / "out.parquet")
    assert [d for d in done[before:] if d[0] != "meet"] == [("link", "1203"), ("link", "1204")]
    assert result.equals(divided[1])


def test_a_damaged_result_is_made_again(
    divided: tuple[Shelf, pl.DataFrame], tmp_path: Path
) -> None:
    shelf = copied(divided[0], tmp_path)
    assert shelf.done("1202", "link") is not None
    held = shelf.path("1202", "answers")
    held.write_bytes(held.read_bytes()[:100])
    assert shelf.done("1202", "link") is None
    assert answered(shelf, Division(1, 0), tmp_path / "out.parquet").equals(divided[1])


@pytest.mark.slow
def test_killed_and_run_again(
    ready: Shelf, divided: tuple[Shelf, pl.DataFrame], tmp_path: Path
) -> None:
    shelf = copied(ready, tmp_path)
    words = ["-m", "cakup.pipeline.partition_worker", str(shelf.root), "count", "1"]
    units = list(shelf.manifest()["units"])
    with subprocess.Popen([sys.executable, *words, *units], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
    assert shelf.done("1201", "count") is not None
    assert shelf.done("1204", "count") is None
    finished = read_json(shelf.folder("1201") / "count.json")
    assert answered(shelf, Division(2, 0), tmp_path / "out.parquet").equals(divided[1])
    assert read_json(shelf.folder("1201") / "count.json") == finished


@pytest.mark.slow
def test_a_partition_that_always_fails_is_named(ready: Shelf, tmp_path: Path) -> None:
    shelf = copied(ready, tmp_path)
    for file in (shelf.root / "raw" / "unit=1204").glob("*"):
        file.write_bytes(b"")
    with pytest.raises(EngineError) as failed:
        run_steps(shelf, Division(4, 1))
    assert failed.value.code == "link.partition_failed"
    assert shelf.done("1203", "count") is not None


@pytest.mark.slow
def test_dedupe_in_partitions(
    province: noisy_province.Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "DIVIDE", lambda asked, rows: Division(2, 0))
    outs = [tmp_path / f"{n}.parquet" for n in range(2)]
    results = [
        dedupe(province.workers, out, source_column="list", partitions=n)
        for n, out in enumerate(outs)
    ]
    assert abs(results[0].clusters - results[1].clusters) < 0.01 * results[0].clusters
    found = pl.read_parquet(outs[1])
    assert found["row"].to_list() == list(range(results[1].rows[0]))
    assert (found["cluster"] <= found["row"]).all()
    assert not (tmp_path / f".{outs[1].name}.bagian").exists()
