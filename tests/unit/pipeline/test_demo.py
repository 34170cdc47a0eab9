"""The demo of a small city: every step runs, and its figure is out of its own workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from cakup.kernel.errors import UsageError
from cakup.pipeline import demo


@pytest.mark.slow
def test_a_small_city_has_its_own_denominator(tmp_path: Path) -> None:
    folder = tmp_path / "peragaan"
    made = demo.run(demo.Request(str(folder), workers=500, covered=150))
    assert list(made.results) == list(demo.STEPS)
    assert made.results["measure"].figures[0].denominator == 500
    assert made.results["measure"].figures[0].unconfirmed
    assert (folder / "laporan.html").exists()
    assert list((folder / "gap").glob("*.xlsx"))


def test_the_demo_never_empties_a_folder_of_others(tmp_path: Path) -> None:
    (tmp_path / "surat.txt").write_text("penting", encoding="utf-8")
    with pytest.raises(UsageError) as told:
        demo.run(demo.Request(str(tmp_path), workers=1_000, covered=300))
    assert told.value.code == "demo.foreign_folder"
    assert (tmp_path / "surat.txt").read_text(encoding="utf-8") == "penting"
