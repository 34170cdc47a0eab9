"""Where a row stands in its file, and in which pieces files are read, changes no answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

import cakup
import small_province
from bench.noisy_city import make
from cakup.linkage import tables
from cakup.linkage.generic import choose, kinds
from cakup.pipeline import link, link_partitions
from cakup.pipeline.partitions import Division
from cakup.pipeline.workspace import Workspace

#: Rows from which on tables are looked at in part, so that a small city is a large table.
FEW = 60


@pytest.fixture(autouse=True)
def looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((tables, "ENOUGH_ROWS"), (kinds, "LOOKED_AT"), (choose, "LOOKED_AT")):
        monkeypatch.setattr(module, name, FEW)


def _order(table: pl.DataFrame, seed: int) -> pl.Series:
    return table.select(pl.int_range(pl.len()).shuffle(seed=seed)).to_series()


def _alike(table: pl.DataFrame) -> pl.Series:
    """Return for each row the first that says the same: which of them is meant nobody can say."""
    numbered = table.with_row_index("at")
    return numbered.select(pl.col("at").min().over(table.columns)).to_series().cast(pl.Int64)


def _tables(has_nik: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    city = make(300, 640_010, noise=1.5)
    dropped = ["person"] if has_nik else ["person", "nik"]
    return city.workers.drop(dropped), city.register.drop(dropped)


@pytest.mark.parametrize(
    ("has_nik", "options"),
    [
        (True, {"one_to_one": True}),
        (False, {}),
        pytest.param(True, {}, marks=pytest.mark.slow),
        pytest.param(True, {"all_pairs": True}, marks=pytest.mark.slow),
        pytest.param(False, {"one_to_one": True}, marks=pytest.mark.slow),
        pytest.param(False, {"all_pairs": True}, marks=pytest.mark.slow),
    ],
)
def test_order_of_rows_changes_no_match(
    has_nik: bool, options: dict[str, bool], tmp_path: Path
) -> None:
    left, right = _tables(has_nik)
    orders = [(pl.int_range(t.height, eager=True), _order(t, 3)) for t in (left, right)]
    found = []
    for at in (0, 1):
        a, b = orders[0][at], orders[1][at]
        paths = [tmp_path / f"{name}{at}.parquet" for name in ("left", "right", "out")]
        left[a].write_parquet(paths[0])
        right[b].write_parquet(paths[1], row_group_size=50)
        cakup.match(*paths, source_column="list", **options)
        told = pl.read_parquet(paths[2])
        found.append(
            told.with_columns(
                left_row=_alike(left).gather(a.gather(told["left_row"])),
                right_row=_alike(right).gather(b.gather(told["right_row"])),
            ).sort(pl.all())
        )
    assert found[0].height > 50
    assert found[0].equals(found[1])


@pytest.mark.parametrize("has_nik", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_order_of_rows_changes_no_cluster(has_nik: bool, tmp_path: Path) -> None:
    table = _tables(has_nik)[0]
    partitions = []
    for at, order in enumerate((pl.int_range(table.height, eager=True), _order(table, 4))):
        table[order].write_parquet(tmp_path / "t.parquet", row_group_size=1000 if at else 33)
        cakup.dedupe(tmp_path / "t.parquet", tmp_path / "o.parquet", source_column="list")
        told = pl.read_parquet(tmp_path / "o.parquet").with_columns(
            row=order.cast(pl.Int64).gather(pl.int_range(table.height, eager=True))
        )
        partitions.append({frozenset(r) for r in told.group_by("cluster").agg("row")["row"]})
    assert partitions[0] == partitions[1]
    assert len(partitions[0]) < table.height


@pytest.mark.slow
@pytest.mark.parametrize("division", [None, Division(3, 0, threads=2)])
def test_rows_read_in_another_order_make_the_same_tables(
    division: Division | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, versions = Workspace.engine, []
    monkeypatch.setattr(link_partitions, "DIVIDE", lambda asked, rows: division)
    made = small_province.build(tmp_path / "made", persons=250).root
    for seed, threads, rows in ((None, 1, None), (1, 2, 37)):
        folder = Path(shutil.copytree(made, tmp_path / f"w{threads}"))
        for file in folder.glob("imports/*/records.parquet") if seed else ():
            shuffled = pl.read_parquet(file).sample(fraction=1.0, shuffle=True, seed=seed)
            shuffled.write_parquet(file, row_group_size=rows, statistics=False)
        monkeypatch.setattr(Workspace, "engine", lambda self, n=threads, **_: real(self, threads=n))
        workspace = Workspace.find(folder)
        link.run(link.Request(), workspace)
        versions.append(workspace.store().versions)
    assert versions[0] == versions[1]
    assert pl.read_parquet(workspace.store().path("list_coverage")).height > 1
