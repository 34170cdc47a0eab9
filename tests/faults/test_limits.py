"""A full disk and missing permission: a sentence, exit code 5 (3 for a file that is refused), and
nothing half-done.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import fault_driver as driver
from cakup.kernel.errors import AccessError
from cakup.pipeline import link
from cakup.pipeline.workspace import Workspace
from fault_driver import start, state_of
from hand_made import resolve_by_nik

#: A whole city or many processes; see ``rounds``.
pytestmark = pytest.mark.slow

NOBODY = 65534
#: A file that does not fit is refused as a whole.
FULL = {"import": ("intake.disk_full", 3)}


@pytest.fixture(autouse=True)
def _simple_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_linkage", lambda: resolve_by_nik)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes on Windows")
@pytest.mark.parametrize("verb", ["import", "link", "decide"])
def test_a_full_disk_changes_nothing(verb: str, workspace: Workspace) -> None:
    driver.office_file(workspace.root.parent)
    if verb == "link":
        driver.work(workspace, "import")
    old = state_of(workspace)
    with start(workspace, verb, "limit=2500") as process:
        said, _ = process.communicate()
        code, exit_code = FULL.get(verb, ("workspace.disk_full", 5))
        assert process.returncode == exit_code
    assert said.strip() == code
    new = {
        name: held for name, held in state_of(workspace).items() if not name.startswith("tables/")
    }
    assert new == {name: held for name, held in old.items() if not name.startswith("tables/")}
    assert not list(workspace.root.rglob("*.part"))
    assert not workspace.store().versions
    driver.work(workspace, verb)


@pytest.fixture
def powerless(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A linked workspace in which the tables belong to somebody else; we are not root."""
    if sys.platform == "win32":
        pytest.skip("permissions are different on Windows")
    base = Path(tempfile.mkdtemp(prefix="cakup-"))
    base.chmod(0o755)
    workspace = Workspace.create(base / "workspace", "12.75", seed=7)
    driver.work(workspace, "import")
    driver.work(workspace, "link")
    if os.geteuid() == 0:
        for path in [workspace.root, *workspace.root.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield workspace
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        for path in [workspace.root, *workspace.root.rglob("*")]:
            path.chmod(0o700)
        shutil.rmtree(base)


@pytest.mark.parametrize("folder", ["tables/persons", "runs", "scratch"])
def test_no_permission_to_write_has_a_sentence(powerless: Workspace, folder: str) -> None:
    versions = powerless.store().versions
    powerless.store().path("persons").unlink()  # so that there is something to write
    (powerless.root / folder).chmod(0o500)
    with pytest.raises(AccessError) as caught:
        driver.work(powerless, "link")
    assert caught.value.code == "workspace.no_permission"
    assert caught.value.exit_code == 5
    assert powerless.store().versions == versions


def test_no_permission_to_read_has_a_sentence(powerless: Workspace) -> None:
    (powerless.root / "key").chmod(0)
    with pytest.raises((AccessError, PermissionError)):
        driver.work(powerless, "link")


def test_two_processes_want_to_write(workspace: Workspace) -> None:
    """One works, the other is told so; with --wait both get their turn."""
    words = [sys.executable, "-m", "cakup", "clean", "-w", str(workspace.root)]
    with workspace.writing("link"):
        refused = subprocess.run(words, capture_output=True, text=True, check=False)
        assert refused.returncode == 5
        assert "workspace.busy" in refused.stderr
        waiting = subprocess.Popen([*words, "--wait", "30"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)  # fmt: skip
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(timeout=0.2)
    assert waiting.wait() == 0
