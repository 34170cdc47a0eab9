"""Papers as PDF/A-2b, set by typst with the fonts that travel with the program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from cakup.documents.plan.blocks import Block, Paper
from cakup.documents.plan.office import Office

HERE = Path(__file__).parent
FONTS = HERE.parent / "fonts"
TEMPLATE = HERE / "paper.typ"
#: Width and height of a sheet, millimetres.
SHEETS = {"A4": (210, 297), "F4": (215, 330)}
#: A paper's bytes depend on its content only.
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


#: Rows up to which a paper carries tags for screen readers; on long lists they are most of a file.
TAGGED_ROWS = 300


def _rows(blocks: Sequence[Block]) -> int:
    """Return the rows and slips of a paper."""
    return sum(len(b.get("rows") or b.get("items") or ()) for b in blocks)


def write_pdf(path: Path, paper: Paper, office: Office, *, draft: bool) -> None:
    """Write a paper as PDF.

    Args:
        path: File to write; the caller makes it appear whole.
        paper: The paper.
        office: Letterhead, sheet size, coat of arms.
        draft: Whether *KONSEP* stands across every page.
    """
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", pdf_standards="a-2b", timestamp=CREATED,
        pdf_tags=_rows(paper.blocks) <= TAGGED_ROWS, **_options(paper, office, draft=draft),
    )  # fmt: skip
    path.write_bytes(made)


def pictures(paper: Paper, office: Office, *, draft: bool, ppi: float = 80) -> list[bytes]:
    """Return the pages of a paper as PNG.

    Args:
        paper: The paper.
        office: Letterhead, sheet size, coat of arms.
        draft: Whether *KONSEP* stands across every page.
        ppi: Dots per inch.
    """
    options = _options(paper, office, draft=draft)
    made = typst.compile(TEMPLATE.read_bytes(), format="png", ppi=ppi, **options)
    return list(made) if isinstance(made, list) else [bytes(made or b"")]


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts of the program; none of the machine's, so that pages are the same."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def _options(paper: Paper, office: Office, *, draft: bool) -> dict[str, Any]:
    """Return what the template is given."""
    width, height = SHEETS[office.sheet]
    data: dict[str, Any] = {
        "title": paper.title, "author": office.lines[0] if office.lines else "Cakup",
        "blocks": paper.blocks, "landscape": paper.landscape, "serif": paper.serif,
        "draft": draft, "width": width, "height": height, "one_page": paper.one_page,
        "footer": paper.footer or paper.title,
        "created": [CREATED.year, CREATED.month, CREATED.day],
        "office": {"lines": list(office.lines), "address": office.address,
                   "logo": f"/{office.logo.name}" if office.logo else ""},
    }  # fmt: skip
    return {
        "root": str(office.logo.parent) if office.logo else str(HERE), "font_paths": _fonts(),
        "sys_inputs": {"data": json.dumps(data, ensure_ascii=False)},
    }  # fmt: skip
