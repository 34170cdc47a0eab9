"""Only regular files that stay the same are read; copies are hashed on the way."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cakup.intake.reading import fingerprint, opening, read, stable_copy
from cakup.kernel.errors import InputError, LimitError


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "daftar.csv"
    path.write_bytes(b"nik;nama\n1;Siti\n")
    return path


def test_fingerprint_is_sha256(listed: Path) -> None:
    assert fingerprint(listed) == hashlib.sha256(listed.read_bytes()).hexdigest()


def test_copy_is_equal_private_and_hashed(listed: Path, tmp_path: Path) -> None:
    target = tmp_path / "salinan.csv"
    assert stable_copy(listed, target) == fingerprint(listed)
    assert target.read_bytes() == listed.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("change", ["grow", "shrink", "rewrite"])
def test_a_source_that_changes_while_copied_is_refused(
    listed: Path, tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change falls between two blocks."""
    monkeypatch.setattr(opening, "BLOCK_BYTES", 4)
    real = hashlib.sha256

    class Hash:
        def __init__(self) -> None:
            self.inner, self.blocks = real(), 0

        def update(self, block: bytes) -> None:
            self.inner.update(block)
            self.blocks += 1
            if self.blocks == 2:
                if change == "grow":
                    with listed.open("ab") as handle:
                        handle.write(b"2;Budi\n")
                elif change == "shrink":
                    os.truncate(listed, 9)
                else:
                    content = listed.read_bytes()
                    listed.write_bytes(content.replace(b"Siti", b"Budi"))
                    os.utime(listed, ns=(1, 1))

        def hexdigest(self) -> str:
            return self.inner.hexdigest()

    monkeypatch.setattr(opening.hashlib, "sha256", Hash)
    target = tmp_path / "salinan.csv"
    with pytest.raises(InputError) as refused:
        stable_copy(listed, target)
    assert refused.value.code == "file.changed"
    assert not target.exists()


def test_only_regular_files(listed: Path, tmp_path: Path) -> None:
    link, pipe = tmp_path / "tautan.csv", tmp_path / "pipa.csv"
    link.symlink_to(listed)
    os.mkfifo(pipe)
    for path in (tmp_path, link, pipe, Path("/dev/zero")):
        for use in (read, fingerprint):
            with pytest.raises(InputError) as refused:
                use(path)
            assert refused.value.code == "file.not_regular"


def test_missing_empty_and_too_large(listed: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path / "tidak-ada.csv")
    assert refused.value.code == "file.missing"
    empty = tmp_path / "kosong.csv"
    empty.touch()
    with pytest.raises(InputError) as refused:
        read(empty)
    assert refused.value.code == "file.empty"
    with pytest.raises(LimitError) as too_large:
        fingerprint(listed, file_bytes=5)
    assert too_large.value.code == "file.too_large"


def test_no_permission(listed: Path, tmp_path: Path) -> None:
    """Root may read everything, so another user does the reading."""
    listed.chmod(0)
    if os.geteuid() != 0:
        with pytest.raises(InputError) as refused:
            read(listed)
        assert refused.value.code == "file.no_permission"
        return
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from cakup.intake.reading import read\n"
        "from cakup.kernel.errors import InputError\n"
        "os.chdir(sys.argv[1]); os.setgid(65534); os.setuid(65534)\n"
        "try:\n    read(Path('daftar.csv'))\n"
        "except InputError as err:\n    sys.stdout.write(f'{err.code} {err.exit_code}')\n"
    )
    tmp_path.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    if not done.stdout:
        pytest.skip(f"cannot act as another user here: {done.stderr[-200:]}")
    assert done.stdout == "file.no_permission 3"
