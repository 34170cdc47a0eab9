"""``link`` with the real linkage on a small fictitious city: order, repetition, decisions."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bench.accuracy import SURE, _linked_rows
from bench.judge import judge
from bench.list_coverage import compared
from cakup.engines.files import read_json
from cakup.kernel.schemas import TABLES
from cakup.pipeline import decisions, import_files, link, review_quality, synth
from cakup.pipeline.decisions import Decision
from cakup.pipeline.imports import all_imports
from cakup.pipeline.list_coverage import ALL
from cakup.pipeline.withdraw import withdraw
from cakup.pipeline.workspace import Workspace


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    synth.run(synth.Request(str(folder), workers=1500, covered=500, seed=91, noise=1.5))
    return folder


def _made(files: Path, folder: Path, *, backwards: bool = False) -> Workspace:
    workspace = Workspace.create(folder, "12.75", seed=7)
    told = read_json(files / "daftar-berkas.json")["files"]
    for one in reversed(told) if backwards else told:
        request = import_files.Request(
            (str(files / one["file"]),), kind=one["kind"], sender=one["sender"],
            as_of=one["as_of"], list_name=one["list"], purpose="uji",
        )  # fmt: skip
        import_files.run(request, workspace)
    return workspace


@pytest.fixture(scope="module")
def imported(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _made(files, tmp_path_factory.mktemp("space") / "w").root


@pytest.fixture(scope="module")
def linked(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The city linked by one thread; tests that change it work on a copy."""
    real = Workspace.engine
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workspace, "engine", lambda self, **_: real(self, threads=1))
        return _linked(imported, tmp_path_factory.mktemp("linked") / "w")


def test_a_key_that_orders_rows_alone_is_shared_by_no_two(linked: Workspace) -> None:
    store = linked.store()
    alone = [t for t in TABLES.values() if t.is_unique and store.has(t.name)]
    assert {t.name for t in alone} == {"persons", "memberships"}
    for table in alone:
        rows = pl.read_parquet(store.path(table.name))
        assert table.order == table.key
        assert rows.n_unique(table.key) == rows.height > 1500
        assert rows.equals(rows.sort(table.names))


def _copied(workspace: Workspace, folder: Path) -> Workspace:
    return Workspace.find(Path(shutil.copytree(workspace.root, folder)))


def _linked(imported: Path, folder: Path) -> Workspace:
    shutil.copytree(imported, folder)
    workspace = Workspace.find(folder)
    link.run(link.Request(), workspace)
    return workspace


def _table(workspace: Workspace, name: str) -> pl.DataFrame:
    return pl.read_parquet(workspace.store().path(name))


def _partition(workspace: Workspace) -> set[frozenset[str]]:
    members = _table(workspace, "memberships").group_by("person_id").agg("record_id")
    return {frozenset(ids) for ids in members["record_id"].to_list()}


@pytest.mark.slow
def test_files_in_another_order_make_the_same_persons(
    files: Path, linked: Workspace, tmp_path: Path
) -> None:
    other = _made(files, tmp_path / "w", backwards=True)
    link.run(link.Request(), other)
    assert _partition(other) == _partition(linked)
    columns = ["kpj", "peserta_record_id", "probability", "evidence", "decision"]
    for workspace in (linked, other):
        assert _table(workspace, "links").height
    one, two = (
        _table(w, "links").select(columns).sort(columns, nulls_last=True) for w in (linked, other)
    )
    assert one.equals(two)


def test_the_same_again_changes_no_byte(linked: Workspace) -> None:
    before = linked.store().versions
    result = link.run(link.Request(), linked)
    assert not result.is_changed
    assert linked.store().versions == before


@pytest.mark.slow
def test_one_thread_or_three(
    imported: Path, linked: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Workspace.engine
    monkeypatch.setattr(Workspace, "engine", lambda self, **_: real(self, threads=3))
    three = _linked(imported, tmp_path / "w")
    assert linked.store().versions == three.store().versions


@pytest.mark.slow
def test_decisions_win_over_scores(linked: Workspace, tmp_path: Path) -> None:
    linked = _copied(linked, tmp_path / "w")
    review = _table(linked, "review").filter(pl.col("probability").is_between(0.1, 0.9))
    assert review.height >= 2
    members = dict(_table(linked, "memberships").select("record_id", "person_id").rows())
    marks = _fingerprints(linked)
    told = []
    for at, (left, right) in enumerate(review.select("left_record_id", "right_record_id").rows()):
        same = members[left] != members[right]
        body = {
            "left": marks[left], "right": marks[right], "records": [left, right],
            "persons": [members[left], members[right]], "replaces": [],
        }  # fmt: skip
        kind = "same_person" if same else "different_person"
        told.append((left, right, same))
        made = Decision(f"d{at}", kind, body, "Ani", "kunjungan", "2025-11-02", "2025-11-02")
        decisions.append(linked, [made])
        if at == 5:
            break
    for _ in range(2):
        link.run(link.Request(), linked)
        after = dict(_table(linked, "memberships").select("record_id", "person_id").rows())
        for left, right, same in told:
            assert (after[left] == after[right]) == same
        open_ = _table(linked, "review").select("left_record_id", "right_record_id").rows()
        assert not {frozenset(p) for p in open_} & {frozenset(t[:2]) for t in told}


@pytest.mark.slow
def test_answers_move_the_odds_of_the_next_run_and_only_of_that(
    linked: Workspace, tmp_path: Path
) -> None:
    workspace = _copied(linked, tmp_path / "w")
    raw = review_quality.open_pairs(workspace.store(), review_quality.in_force(workspace))
    # Answers about rows that are gone: they say what odds are worth, and nothing about a pair.
    told = [
        Decision(
            f"e{n}", "different_person",
            {"left": f"{n}l", "right": f"{n}r", "records": [f"{n}a", f"{n}b"], "log_odds": 2.0},
            "Ani", "kunjungan", "2031-01-02", "2031-01-02",
        )
        for n in range(20)
    ]  # fmt: skip
    decisions.append(workspace, told)
    link.run(link.Request(), workspace)
    line = review_quality.in_force(workspace)
    assert line.coefficients == review_quality.drawn(told).coefficients
    assert line.shift + 2 * line.factor < 0
    after = review_quality.open_pairs(workspace.store(), line)
    both = raw.join(after, on=["left", "right"])
    assert both.height > 10
    # The odds kept for answers are those before the line: pairs without a rival keep theirs.
    assert (both["raw"] - both["raw_right"]).abs().median() < 0.01
    link.run(link.Request(known=date(2030, 1, 1)), workspace)
    assert workspace.store(date(2030, 1, 1)).versions["review"] == linked.store().versions["review"]
    assert review_quality.in_force(workspace) == line


def _fingerprints(workspace: Workspace) -> dict[str, str]:
    from cakup.kernel.progress import SILENT
    from cakup.pipeline.fingerprints import mark_records
    from cakup.pipeline.imports import all_imports, usable, view_rows

    with workspace.engine() as engine:
        imports = [i for i in usable(all_imports(workspace)) if i.kind in link.PERSON_KINDS]
        view_rows(engine, workspace, imports)
        mark_records(engine, workspace, imports, SILENT)
        return dict(engine.frame("SELECT record_id, fingerprint FROM record_marks").rows())


def test_links_are_right(files: Path, linked: Workspace) -> None:
    """Noise half as strong again as usual; seed and noise were not used in development."""
    rows, _ = _linked_rows(linked, files / "truth" / "records.parquet")
    assert judge(rows, 0.5).f1.value > 0.97
    assert judge(rows, SURE).precision.value > 0.997


def test_the_share_on_lists_is_corrected_towards_the_truth(linked: Workspace, files: Path) -> None:
    rows = compared(linked, files)
    whole = rows.filter(pl.col("import_id") == ALL).row(0, named=True)
    assert rows.height == 1 + sum(i.kind == "daftar_pekerja" for i in all_imports(linked))
    assert whole["low"] < whole["uncorrected"] + 0.03
    assert abs(whole["value"] - whole["truth"]) < abs(whole["uncorrected"] - whole["truth"])
    # One interval in twenty misses; one of twice the width hardly ever does.
    assert abs(whole["value"] - whole["truth"]) <= whole["high"] - whole["low"]


@pytest.mark.slow
def test_nothing_is_told_of_lists_without_participants(imported: Path, tmp_path: Path) -> None:
    shutil.copytree(imported, tmp_path / "w")
    workspace = Workspace.find(tmp_path / "w")
    for one in all_imports(workspace):
        if one.kind == "peserta":
            withdraw(workspace, one.id, reason="uji")
    link.run(link.Request(), workspace)
    assert not _table(workspace, "list_coverage").height
