"""Every call of ``cakup law`` in the guides and the how-to runs and answers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cakup.cli.main import _run

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [*sorted((DOCS / "explanation" / "hukum").glob("*.md")),
         DOCS / "how-to" / "menghitung-iuran-dan-manfaat.md"]  # fmt: skip
CALLS = [
    (page.stem, line)
    for page in PAGES
    for block in re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    for line in block.splitlines()
    if line.startswith("cakup law")
]


@pytest.mark.parametrize(("page", "call"), CALLS, ids=[f"{p}: {c}" for p, c in CALLS])
def test_call_answers(page: str, call: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(shlex.split(call, comments=True)[1:]) == 0
    assert capsys.readouterr().out.strip()


def test_there_is_a_guide_for_every_programme_with_its_three_readers() -> None:
    for name in ("jkk", "jkm", "jht", "jp", "jkp"):
        text = (DOCS / "explanation" / "hukum" / f"{name}.md").read_text(encoding="utf-8")
        for reader in ("Bagi pekerja", "Bagi petugas penggajian", "Bagi analis", "In English"):
            assert f"## {reader}" in text, (name, reader)
        assert "{{" not in text
