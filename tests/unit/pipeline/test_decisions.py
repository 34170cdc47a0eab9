"""The log of decisions: it only grows, and every change to it is noticed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from cakup.engines import files
from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline import decisions
from cakup.pipeline.decisions import Decision
from cakup.pipeline.workspace import Workspace


def _decision(n: int, received: str = "2025-10-31", basis: str = "KK") -> Decision:
    return Decision(f"d{n}", "same_person", {"left": "a", "right": "b"}, "Ani", basis,
                    "2025-10-30", received)  # fmt: skip


def test_what_is_appended_is_read_and_once_only(workspace: Workspace) -> None:
    assert decisions.last(workspace) is None
    assert decisions.append(workspace, [_decision(1), _decision(2), _decision(1)]) == 2
    before = decisions.log_path(workspace).read_bytes()
    assert decisions.append(workspace, [_decision(2)]) == 0
    assert decisions.log_path(workspace).read_bytes() == before
    assert decisions.read(workspace) == [_decision(1), _decision(2)]
    assert decisions.last(workspace) == "d2"
    assert decisions.log_path(workspace).stat().st_mode & 0o077 == 0


def test_known_leaves_out_later_decisions(workspace: Workspace) -> None:
    decisions.append(workspace, [_decision(1, "2025-09-01"), _decision(2, "2025-11-01")])
    assert [d.decision_id for d in decisions.read(workspace, date(2025, 10, 1))] == ["d1"]
    assert decisions.last(workspace, date(2025, 10, 1)) == "d1"


@pytest.mark.parametrize(
    "text", ["Baris satu\nbaris dua", "pemisah\u2028aneh\u0085", '"kutip"', "é漢"]
)
def test_any_text_survives(workspace: Workspace, text: str) -> None:
    decisions.append(workspace, [_decision(1, basis=text), _decision(2)])
    assert decisions.read(workspace)[0].basis == text


def test_a_torn_last_line_is_no_decision_and_readers_leave_it(workspace: Workspace) -> None:
    decisions.append(workspace, [_decision(1)])
    path = decisions.log_path(workspace)
    torn = path.read_bytes() + '{"n":2,"decision_id":"é'.encode()[:-1]
    path.write_bytes(torn)
    assert decisions.read(workspace) == [_decision(1)]
    assert path.read_bytes() == torn
    decisions.append(workspace, [_decision(3)])
    assert [d.decision_id for d in decisions.read(workspace)] == ["d1", "d3"]


@pytest.mark.parametrize(
    "damage", ["edit", "remove_first", "swap", "garbage", "extra_key", "renumber"]
)
def test_every_change_is_noticed(workspace: Workspace, damage: str) -> None:
    decisions.append(workspace, [_decision(n) for n in range(1, 4)])
    path = decisions.log_path(workspace)
    lines = path.read_text().splitlines()
    if damage == "edit":
        lines[1] = lines[1].replace("Ani", "Budi")
    elif damage == "remove_first":
        del lines[0]
    elif damage == "swap":
        lines[0], lines[1] = lines[1], lines[0]
    elif damage == "garbage":
        lines[1] = "\x00\x00"
    elif damage == "extra_key":
        lines[1] = json.dumps({**json.loads(lines[1]), "more": 1})
    else:
        lines[1] = json.dumps({**json.loads(lines[1]), "n": 7})
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError) as caught:
        decisions.read(workspace)
    assert caught.value.code == "decisions.broken_chain"


def test_a_log_that_lost_its_end_is_noticed(workspace: Workspace) -> None:
    decisions.append(workspace, [_decision(1)])
    old = decisions.log_path(workspace).read_bytes()
    decisions.append(workspace, [_decision(2)])
    decisions.log_path(workspace).write_bytes(old)
    with pytest.raises(InputError) as caught:
        decisions.append(workspace, [_decision(3)])
    assert caught.value.code == "decisions.shortened"
    decisions.log_path(workspace).unlink()
    with pytest.raises(InputError):
        decisions.read(workspace)


def test_a_failed_append_leaves_the_log(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    decisions.append(workspace, [_decision(1)])
    before = decisions.log_path(workspace).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(Exception, match=r"workspace\.disk_full"):
        decisions.append(workspace, [_decision(n) for n in range(2, 9)])
    monkeypatch.undo()
    assert decisions.log_path(workspace).read_bytes() == before
    assert decisions.append(workspace, [_decision(n) for n in range(2, 9)]) == 7


def test_a_crash_between_log_and_head_is_harmless(workspace: Workspace) -> None:
    decisions.append(workspace, [_decision(1)])
    head = workspace.root / "decisions" / "head.json"
    old = head.read_bytes()
    decisions.append(workspace, [_decision(2)])
    head.write_bytes(old)
    assert len(decisions.read(workspace)) == 2


def test_unknown_kinds_are_refused(workspace: Workspace) -> None:
    with pytest.raises(UsageError) as caught:
        decisions.append(
            workspace, [Decision("x", "guess", {}, "a", "b", "2025-01-01", "2025-01-01")]
        )
    assert caught.value.code == "decisions.unknown_kind"
