"""Files appear whole or not at all, and only their owner can read them."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from cakup.engines import files
from cakup.kernel.errors import AccessError, InputError


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask():
    """A careless umask, under which modes given by default would let others read."""
    before = os.umask(0o000)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_folders_and_their_parents_are_private(tmp_path: Path) -> None:
    made = files.make_folder(tmp_path / "a" / "b" / "c")
    assert [_mode(p) for p in (made, made.parent, made.parent.parent)] == [0o700] * 3


@pytest.mark.usefixtures("open_umask")
def test_a_file_is_private_from_its_first_byte(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with files.whole_file(path) as temporary:
        assert _mode(temporary) == 0o600
        temporary.write_text("secret")
        assert _mode(temporary) == 0o600
    assert _mode(path) == 0o600


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    files.write_text(path, "old")

    class Broken(Exception):
        pass

    def write() -> None:
        with files.whole_file(path) as temporary:
            temporary.write_text("half of the n")
            raise Broken

    with pytest.raises(Broken):
        write()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
def test_a_full_disk_has_a_sentence(tmp_path: Path, number: int) -> None:
    with pytest.raises(AccessError) as caught, files.whole_file(tmp_path / "x.txt"):
        raise OSError(number, "full")
    assert caught.value.code == "workspace.disk_full"
    assert caught.value.exit_code == 5


def test_no_permission_has_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AccessError) as caught, files.file_errors(tmp_path / "x.txt"):
        raise PermissionError(errno.EACCES, "no")
    assert caught.value.code == "workspace.no_permission"


def test_other_errors_of_the_system_pass(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), files.file_errors(tmp_path):
        raise IsADirectoryError(errno.EISDIR, "a folder")


def test_damaged_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "current.json"
    path.write_text("{ torn")
    with pytest.raises(InputError) as caught:
        files.read_json(path)
    assert caught.value.code == "workspace.damaged"
    assert "current.json" in str(caught.value)
