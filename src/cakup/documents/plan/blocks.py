"""A paper as a list of blocks, so that one content is set as PDF and as DOCX.

Blocks are plain data: what they look like is decided in ``documents.plan.pdf`` (typst) and
``documents.plan.docx``. Texts are data there, never code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cakup.sheets import Code, SheetOut

Block = dict[str, Any]


@dataclass
class Paper:
    """One paper.

    Args:
        name: File name without ending.
        title: Title in the file's properties.
        blocks: Blocks in order.
        landscape: Whether the sheet lies.
        serif: Whether it is set in the face of decrees.
        one_page: Whether it is made smaller if it would need a second page.
        has_names: Whether it holds personal data.
        group: Papers that together must add up to the plan; empty = it states no totals.
        purse: Purse that the paper is about, empty = all.
        totals: What its printed rows add up to: some of ``persons, lines, person_months, rupiah``.
        footer: Words at the foot of every page.
    """

    name: str
    title: str
    blocks: list[Block] = field(default_factory=list)
    landscape: bool = False
    serif: bool = False
    one_page: bool = False
    has_names: bool = False
    group: str = ""
    purse: str = ""
    totals: dict[str, int] = field(default_factory=dict)
    footer: str = ""


@dataclass
class Book:
    """One workbook.

    Args:
        name: File name without ending.
        sheets: Data sheets.
        guide: Paragraphs of *Petunjuk*.
        codes: Lines of *Kode*.
        has_names: Whether it holds personal data.
        group: As in ``Paper``.
        purse: As in ``Paper``.
        totals: As in ``Paper``.
        has_summary: Whether several sheets are followed by *Ringkasan*.
    """

    name: str
    sheets: Sequence[SheetOut]
    guide: Sequence[str] = ()
    codes: Sequence[Code] = ()
    has_names: bool = False
    group: str = ""
    purse: str = ""
    totals: dict[str, int] = field(default_factory=dict)
    has_summary: bool = True


def letterhead() -> Block:
    """Return the head of the office's paper; its lines come from ``documents.toml``."""
    return {"kind": "kop"}


def title(*lines: str) -> Block:
    """Return centred title lines, the first one largest."""
    return {"kind": "title", "lines": list(lines)}


def heading(text: str, level: int = 1) -> Block:
    """Return a heading of level 1 or 2."""
    return {"kind": "heading", "text": text, "level": level}


def para(text: str) -> Block:
    """Return a paragraph."""
    return {"kind": "para", "text": text}


def bullets(items: Sequence[str], *, numbered: bool = False) -> Block:
    """Return a list."""
    return {"kind": "bullets", "items": list(items), "numbered": numbered}


def pairs(rows: Sequence[tuple[str, str]]) -> Block:
    """Return labels with their values, as in the head of a letter."""
    return {"kind": "pairs", "rows": [list(r) for r in rows]}


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[float] = (),
    right: Sequence[int] = (), total: bool = False, small: bool = False,
) -> Block:  # fmt: skip
    """Return a table.

    Args:
        heads: Column heads.
        rows: Cells as text.
        widths: Relative widths; empty = by content.
        right: Columns aligned right.
        total: Whether the last row is a total.
        small: Whether it is set small, for long annexes.
    """
    return {
        "kind": "table", "heads": list(heads), "rows": [[str(c) for c in r] for r in rows],
        "widths": list(widths), "right": list(right), "total": total, "small": small,
    }  # fmt: skip


def signatures(people: Sequence[dict[str, str]], place_date: str = "") -> Block:
    """Return signatory blocks, the last one on the right."""
    return {"kind": "sign", "people": [dict(p) for p in people], "place_date": place_date}


def mark(text: str) -> Block:
    """Return a note about what is not sure."""
    return {"kind": "mark", "text": text}


def clauses(label: str, items: Sequence[tuple[str, str]]) -> Block:
    """Return a part of a decree: its label, and its clauses with letter or number."""
    return {"kind": "clauses", "label": label, "items": [list(i) for i in items]}


def note(text: str) -> Block:
    """Return a small explanation."""
    return {"kind": "note", "text": text}


def hero(value: str, text: str, small: str = "") -> Block:
    """Return the one figure that a page is about, with its sentence."""
    return {"kind": "hero", "value": value, "text": text, "small": small}


def cards(items: Sequence[tuple[str, str, str]]) -> Block:
    """Return a row of small figures: value, label, remark."""
    return {"kind": "cards", "items": [list(i) for i in items]}


def bars(rows: Sequence[tuple[str, float, str]], note: str = "") -> Block:
    """Return horizontal bars.

    Args:
        rows: Label, share 0–1 of the full width, words behind the bar.
        note: Words under the bars.
    """
    return {"kind": "bars", "rows": [list(r) for r in rows], "note": note}


def chart(
    rows: Sequence[tuple[str, float, float, str]], note: str = "",
    lines: Sequence[tuple[float, str]] = (),
) -> Block:  # fmt: skip
    """Return horizontal bars with a second value as a tick, and targets as lines across all.

    Args:
        rows: Label, bar and tick as shares 0–1 of the full width, words behind the bar.
        note: Words under the bars.
        lines: Share of the full width and label of each line.
    """
    return {"kind": "chart", "rows": [list(r) for r in rows], "note": note,
            "lines": [list(x) for x in lines]}  # fmt: skip


def slips(items: Sequence[dict[str, Any]]) -> Block:
    """Return half-page slips, two on a page."""
    return {"kind": "slips", "items": [dict(i) for i in items]}


def together(blocks: Sequence[Block]) -> Block:
    """Return blocks that stay on one page."""
    return {"kind": "together", "blocks": list(blocks)}
