"""The page of a plan in a real browser: on a phone nothing scrolls sideways, paper has it all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cakup.pipeline import plan
from plan_town import PLAN, build

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SCENARIOS = """
[[scenario]]
id = "turun"
title = "Semua dompet turun enam puluh lima persen, seperti di Labuhanbatu Utara"
changes = { "purse.*.pagu_rp" = "-65%" }

[[scenario]]
id = "juli"
title = "Pagu berubah pada Juli"
changes = { "plan.changed_from" = "2026-07", "purse.apbd.pagu_rp" = "-30%" }
"""
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('.scroll, .block')]
    .filter(e => e.scrollWidth > e.clientWidth).map(e => e.closest('section')?.id ?? e.tagName)"""
SEEN = "e => getComputedStyle(e).display !== 'none'"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    space = build(tmp_path_factory.mktemp("plan") / "ws")
    text = PLAN.replace("2016000", "1234567890")
    (space.root / "plan.toml").write_text(text + SCENARIOS, encoding="utf-8")
    folder = plan.plan(space).folder
    assert folder is not None
    path: Path = folder / "rencana.html"
    return path.as_uri()


def seen(tab: Page, what: str) -> list[bool]:
    return [one.evaluate(SEEN) for one in tab.query_selector_all(what)]


@pytest.mark.parametrize("width", [360, 400, 768, 1440])
def test_nothing_scrolls_sideways(browser: Browser, address: str, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(address)
    assert tab.evaluate(SIDEWAYS) == []
    assert seen(tab, "svg.narrower") == [width < 800]
    assert seen(tab, "svg.wider") == [width >= 800]
    tab.close()


def test_paper_has_all_columns(browser: Browser, address: str) -> None:
    tab = browser.new_page(viewport={"width": 400, "height": 900})
    tab.goto(address)
    tab.emulate_media(media="print")
    assert all(seen(tab, ".fold, svg.wider"))
    assert not any(seen(tab, ".folded, svg.narrower"))
    tab.close()
