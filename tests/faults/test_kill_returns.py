"""Killed while a question goes out or answers come in: no half state, and a rerun mends it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

import fault_driver as driver
from cakup.pipeline import crosscheck_send, erase, link, sent
from cakup.pipeline.imports import all_imports
from cakup.pipeline.workspace import Workspace
from fault_driver import start, state_of
from hand_made import resolve_by_nik

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

if sys.platform == "win32":
    pytest.skip("no SIGKILL on Windows", allow_module_level=True)

#: Files that appear: three kept tables, rows and manifest of the sending, the workbook, the run;
#: received file, three tables and manifest of the import, and the run.
RENAMES = {"ask": 7, "answer": 6}
RECORDED_FROM, WRITTEN_FROM = 6, 7


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each verb the folder before it."""
    root = tmp_path_factory.mktemp("returns")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "_linkage", lambda: resolve_by_nik)
        workspace = Workspace.create(root / "ask" / "workspace", "12.75", seed=7)
        for verb in ("import", "link"):
            driver.work(workspace, verb)
        shutil.copytree(root / "ask", root / "answer")
        asked = Workspace.find(root / "answer" / "workspace")
        driver.work(asked, "ask")
    refs = sent.rows_of(asked, "P0001")["reference"]
    lines = ["Nomor rujukan;Hasil", *(f"{ref};aktif" for ref in refs)]
    (root / "answer" / "jawab.csv").write_text("\n".join(lines), encoding="utf-8")
    return {"ask": root / "ask", "answer": root / "answer"}


@pytest.fixture(scope="module")
def whole(
    before: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, str]]:
    """For each verb the state of a workspace in which nothing went wrong."""
    states = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "_linkage", lambda: resolve_by_nik)
        for verb in ("answer", "erase"):
            folder = tmp_path_factory.mktemp("whole") / verb
            shutil.copytree(before["answer"], folder)
            workspace = Workspace.find(folder / "workspace")
            driver.work(workspace, verb)
            states[verb] = state_of(workspace)
    return states


@pytest.mark.parametrize("point", range(1, RENAMES["answer"] + 1))
def test_answers_come_in_whole_or_not_at_all(
    point: int, before: dict[str, Path], whole: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    shutil.copytree(before["answer"], tmp_path / "killed")
    killed = Workspace.find(tmp_path / "killed" / "workspace")
    with start(killed, "answer", str(point)) as process:
        assert process.wait() == -signal.SIGKILL
    for one in (i for i in all_imports(killed) if i.kind == "padan_bpjs"):
        folder = killed.root / "imports" / one.id
        assert {"answers.parquet", "records.parquet", "rows.parquet"} <= set(os.listdir(folder))
    driver.work(killed, "answer")
    assert state_of(killed) == whole["answer"]
    assert list((killed.root / "scratch").iterdir()) == []


#: Just before: the order, the decision, its head, the extract, tables and manifest of the import,
#: the record of what was sent, memory, new tables, pointer, the run.
ERASURE = (1, 2, 3, 4, 5, 6, 8, 9, 11, 14, 16)


@pytest.mark.parametrize("point", ERASURE)
def test_an_erasure_is_carried_to_its_end(
    point: int, before: dict[str, Path], whole: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    shutil.copytree(before["answer"], tmp_path / "killed")
    killed = Workspace.find(tmp_path / "killed" / "workspace")
    with start(killed, "erase", str(point)) as process:
        assert process.wait() == -signal.SIGKILL
    if (killed.root / erase.ORDER).exists():
        erase.run(erase.Request(is_expired=True), killed)
    else:
        driver.work(killed, "erase")
    assert state_of(killed) == whole["erase"]


@pytest.mark.parametrize("point", range(1, RENAMES["ask"] + 1))
def test_a_file_that_went_out_is_on_record(
    point: int, before: dict[str, Path], tmp_path: Path
) -> None:
    """Never a workbook whose references nobody knows; a record without one is written again."""
    shutil.copytree(before["ask"], tmp_path / "killed")
    killed = Workspace.find(tmp_path / "killed" / "workspace")
    out = tmp_path / "killed" / "padan.xlsx"
    with start(killed, "ask", str(point)) as process:
        assert process.wait() == -signal.SIGKILL
    recorded = [s.code for s in sent.all_sent(killed)]
    assert recorded == (["P0001"] if point >= RECORDED_FROM else [])
    assert out.exists() is (point >= WRITTEN_FROM)
    repeat = recorded[0] if recorded else None
    request = crosscheck_send.Request(
        "bpjs", str(out), driver.date(2025, 10, 31), "PKS 1", repeat=repeat,
        sent_on=driver.date(2025, 11, 1),
    )  # fmt: skip
    assert crosscheck_send.run(request, killed).code == "P0001"
    assert out.exists()
