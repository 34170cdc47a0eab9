"""``link`` in partitions on a small province: the same tables for any division, movers joined."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import small_province
from bench.judge import pairs_judged
from bench.noisy_city import make
from cakup.linkage.tables import Asked, in_one_form, logical_rows, table_fields
from cakup.pipeline import decisions, link, link_partitions
from cakup.pipeline.decisions import Decision
from cakup.pipeline.fingerprints import mark_records
from cakup.pipeline.imports import all_imports, view_rows
from cakup.pipeline.partitions import Division
from cakup.pipeline.workspace import Workspace
from hand_made import write_import

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

ASKED = ("list_coverage", "list_noise")
TABLES = ("persons", "memberships", "links", "review", "person_ids", *ASKED)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """Return a workspace that nothing was linked in yet, and the person of each record."""
    workspace, known = small_province.build_known(tmp_path_factory.mktemp("province"))
    return workspace.root, known


@pytest.fixture
def linked(
    imported: tuple[Path, dict[str, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Division | None], Workspace]:
    def work(division: Division | None) -> Workspace:
        monkeypatch.setattr(link_partitions, "DIVIDE", lambda asked, rows: division)
        folder = tmp_path / f"w{len(list(tmp_path.iterdir()))}"
        shutil.copytree(imported[0], folder)
        workspace = Workspace.find(folder)
        link.run(link.Request(), workspace)
        return workspace

    return work


def table(workspace: Workspace, name: str) -> pl.DataFrame:
    return pl.read_parquet(workspace.store().path(name))


def judged(workspace: Workspace, known: dict[str, int]) -> tuple[float, float, float]:
    members = table(workspace, "memberships")
    cluster = members["person_id"].rank("dense").to_list()
    return pairs_judged(cluster, [known[r] for r in members["record_id"].to_list()])


def test_any_division_gives_the_same_tables(
    linked: Callable[[Division | None], Workspace], imported: tuple[Path, dict[str, int]]
) -> None:
    once, one, many = linked(None), linked(Division(1, 0, threads=1)), linked(Division(9, 0))
    versions = [{n: w.store().versions[n] for n in TABLES} for w in (one, many)]
    assert versions[0] == versions[1]
    assert not (one.root / "partitions").exists()
    whole, apart = judged(once, imported[1]), judged(one, imported[1])
    assert apart[2] > whole[2] - 0.006
    agree_with_a_run_at_once(once, one)
    for name in ("memberships", "links"):
        frame = table(one, name)
        assert frame["probability"].is_between(0.0, 1.0).all()
    links = table(one, "links")
    assert links.select("person_id", "peserta_record_id").is_unique().all()
    assert abs(links.height - table(once, "links").height) < 0.02 * links.height
    review = table(one, "review")
    assert review.select("left_record_id", "right_record_id").is_unique().all()


def _two_months(folder: Path) -> Workspace:
    """Return a small city of which every list came twice, the second time unchanged."""
    city, workspace = make(400, 640_070, noise=1.5), Workspace.create(folder, "12.75", seed=7)
    tables, asked = (city.workers, city.register), (Asked({}, (), "list"), Asked({}))
    rows = [
        logical_rows(t.drop("person"), table_fields(t.drop("person").columns, a), side)
        for side, (t, a) in enumerate(zip(tables, asked, strict=True))
    ]
    whole = in_one_form(pl.concat(rows, how="diagonal"))
    number = 0
    for (side, source), held in sorted(whole.partition_by("side", "source", as_dict=True).items()):
        fields = held.drop("row", "side", "source").rows(named=True)
        kind = "peserta" if side else "daftar_pekerja"
        for month in (11,) if side else (10, 11):
            write_import(
                workspace, f"{number:016x}", kind, fields, sender=source, list_name=source,
                as_of=date(2025, month, 28), received_on=date(2025, 12, 1),
            )  # fmt: skip
            number += 1
    return workspace


def test_files_of_two_months_are_linked_as_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What repeats the file before teaches nothing and finds nobody, in a partition too."""
    made, versions = _two_months(tmp_path / "made").root, []
    for division in (None, Division(1, 0, threads=1)):
        monkeypatch.setattr(link_partitions, "DIVIDE", lambda asked, rows, d=division: d)
        workspace = Workspace.find(shutil.copytree(made, tmp_path / f"w{len(versions)}"))
        link.run(link.Request(), workspace)
        versions.append(workspace.store().versions)
    assert versions[0] == versions[1]
    assert table(workspace, "list_coverage").height > 1


def agree_with_a_run_at_once(once: Workspace, parted: Workspace) -> None:
    """The share of all lists lies in the interval of a run at once, those of single lists meet it.

    A list of sixty rows of which one more is linked has another share altogether.
    """
    shares = table(once, "list_coverage").join(table(parted, "list_coverage"), on="import_id")
    assert shares.height == table(once, "list_coverage").height > 1
    every = shares.filter(import_id="semua")
    assert every["value_right"].is_between(every["low"], every["high"]).all()
    assert ((shares["low_right"] <= shares["high"]) & (shares["low"] <= shares["high_right"])).all()
    assert every["value_right"].is_between(every["low_right"], every["high_right"]).all()
    noise = table(once, "list_noise").join(table(parted, "list_noise"), on=["import_id", "field"])
    assert noise.height == table(once, "list_noise").height > 1
    assert (noise["n_rows"] == noise["n_rows_right"]).all()
    assert ((noise["missing"] - noise["missing_right"]).abs() < 1e-5).all()
    several = noise.filter(pl.col("n_compared") >= 100)
    assert ((several["wrong"] - several["wrong_right"]).abs() < 0.03).all(), several


def test_decisions_hold_across_units(
    linked: Callable[[Division | None], Workspace],
) -> None:
    workspace = linked(Division(2, 0))
    members = table(workspace, "memberships")
    person = dict(members.select("record_id", "person_id").rows())
    alone = members.filter(pl.len().over("person_id") == 1)["record_id"].sort()
    homes = members.filter(pl.col("record_id").is_in(alone.implode()))
    first, last = homes["record_id"][0], homes["record_id"][-1]
    joined = members.filter(pl.len().over("person_id") == 2).sort("person_id", "record_id")
    apart = tuple(joined["record_id"].head(2).to_list())
    marks = fingerprints(workspace)
    for number, (kind, pair) in enumerate(
        (("same_person", (first, last)), ("different_person", apart))
    ):
        body = {
            "left": marks[pair[0]], "right": marks[pair[1]], "records": list(pair),
            "persons": [person[r] for r in pair], "replaces": [],
        }  # fmt: skip
        made = Decision(f"d{number}", kind, body, "Ani", "kunjungan", "2025-11-02", "2025-11-02")
        decisions.append(workspace, [made])
    link.run(link.Request(), workspace)
    after = dict(table(workspace, "memberships").select("record_id", "person_id").rows())
    assert after[first] == after[last]
    assert after[apart[0]] != after[apart[1]]


def fingerprints(workspace: Workspace) -> dict[str, str]:
    with workspace.engine() as engine:
        imports = all_imports(workspace)
        view_rows(engine, workspace, imports)
        mark_records(engine, workspace, imports)
        return dict(engine.frame("SELECT record_id, fingerprint FROM record_marks").rows())
