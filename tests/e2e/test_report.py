"""The report in a real browser: nothing from a network, nothing over the edge, prints on A4."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cakup.documents.report.page import page as report_page
from tests.unit.documents.sample_report import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS = (360, 768, 1440)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "laporan.html"
    path.write_text(report_page(sample()), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_hangs_over_the_edge(browser: Browser, address: str, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(address)
    overflow = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    tab.close()
    assert overflow <= 0


def test_it_asks_the_network_for_nothing_and_says_no_error(browser: Browser, address: str) -> None:
    tab = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(address)
    tab.wait_for_load_state("networkidle")
    tab.close()
    assert asked == [address]
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, address: str, scheme: str) -> None:
    """Contrast of at least 4.5 to 1 for every text of the page outside the pictures."""
    tab = browser.new_page(color_scheme=scheme)
    tab.goto(address)
    faint = tab.evaluate(Path(__file__).with_name("contrast.js").read_text(encoding="utf-8"))
    tab.close()
    assert faint == []


def test_it_prints_on_a4(browser: Browser, address: str, tmp_path: Path) -> None:
    tab = browser.new_page()
    tab.goto(address)
    paper = tmp_path / "laporan.pdf"
    tab.pdf(path=str(paper), format="A4", print_background=True)
    tab.close()
    assert paper.read_bytes().count(b"/Type /Page\n") <= 12
    assert paper.stat().st_size > 20_000


def test_every_picture_has_words_beside_it(browser: Browser, address: str) -> None:
    tab = browser.new_page()
    tab.goto(address)
    silent = tab.evaluate(
        """[...document.querySelectorAll('svg')].filter(
            s => !(s.getAttribute('aria-hidden') === 'true' || s.querySelector('title')
                   || s.getAttribute('aria-label') || s.getAttribute('aria-labelledby'))).length"""
    )
    headings = tab.evaluate("document.querySelectorAll('h1').length")
    language = tab.evaluate("document.documentElement.lang")
    tab.close()
    assert silent == 0
    assert headings == 1
    assert language == "id"
