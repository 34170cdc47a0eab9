"""The lock ends with its holder, whatever ends the holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cakup.engines.lock import FileLock, Holder
from cakup.engines.scratch import private_scratch, sweep

HOLD = """
import sys
from pathlib import Path
from cakup.engines.lock import FileLock
assert FileLock(Path(sys.argv[1])).take("link (ani, pid 1)", "today")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with process:
        yield process
        process.kill()


def test_another_process_must_wait_and_sees_who(tmp_path: Path, holder) -> None:
    lock = FileLock(tmp_path / "lock")
    assert not lock.take("me", "now")
    assert lock.holder() == Holder("link (ani, pid 1)", "today")


def test_a_killed_holder_leaves_no_lock(tmp_path: Path, holder) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    lock = FileLock(tmp_path / "lock")
    assert lock.take("me", "now")
    assert lock.holder() == Holder("me", "now")
    lock.release()


def test_one_process_locks_once_at_a_time(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    first.release()
    first.release()
    assert second.take()
    second.release()
    assert second.holder() == Holder()


def test_a_lock_on_a_removed_file_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweeper may remove the file between another's opening and locking it."""
    from cakup.engines import lock as module

    path = tmp_path / "lock"
    locked = module._lock

    def removed_before_locked(handle: int) -> None:
        path.unlink()
        locked(handle)

    monkeypatch.setattr(module, "_lock", removed_before_locked)
    assert not FileLock(path).take()


def test_scratch_is_private_and_goes_away(tmp_path: Path) -> None:
    with private_scratch(tmp_path / "scratch") as one, private_scratch(tmp_path / "scratch") as two:
        assert one != two
        assert one.stat().st_mode & 0o077 == 0
        (one / "spill.tmp").write_text("personal data")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_scratch_of_a_dead_engine_is_swept_and_that_of_a_living_one_kept(tmp_path: Path) -> None:
    left = tmp_path / "999-dead"
    left.mkdir()
    (left / "spill.tmp").write_text("personal data")
    (tmp_path / "999-dead.lock").touch()
    with private_scratch(tmp_path) as mine:
        (mine / "spill.tmp").touch()
        assert not left.exists()
        assert sweep(tmp_path) == 0
        assert (mine / "spill.tmp").exists()
    assert os.listdir(tmp_path) == []
