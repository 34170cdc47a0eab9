"""Typst with the fonts that travel with the program; also a process that sets papers on demand.

Typst keeps what it set for the next ten papers, about 150 MB for a thousand rows of an annex. In
the process that writes a big city's papers that grew past what an office computer has; a process of
its own gives it back when it ends. This module is all that such a process loads.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import typst

HERE = Path(__file__).parent
FONTS = HERE.parent / "fonts"
TEMPLATE = HERE / "paper.typ"
#: A paper's bytes depend on its content only.
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
#: Bytes that say how long a message is.
HEAD = 8


@cache
def fonts() -> typst.Fonts:
    """Return the fonts of the program; none of the machine's, so that pages are the same."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def options(data: str, root: str) -> dict[str, Any]:
    """Return what every way of setting a paper is given.

    Args:
        data: What the template is given, as JSON.
        root: Folder in which the coat of arms lies.
    """
    return {"root": root, "font_paths": fonts(), "sys_inputs": {"data": data}}


def set_pdf(data: str, root: str, *, tagged: bool) -> bytes:
    """Return a paper as PDF/A-2b.

    Args:
        data: What the template is given, as JSON.
        root: Folder in which the coat of arms lies.
        tagged: Whether it carries tags for screen readers.
    """
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), format="pdf", pdf_standards="a-2b", timestamp=CREATED,
        pdf_tags=tagged, **options(data, root),
    )  # fmt: skip
    return made


def send(to: BinaryIO, message: bytes) -> None:
    """Write one message with its length before it.

    Args:
        to: Pipe.
        message: Its bytes.
    """
    to.write(len(message).to_bytes(HEAD, "big") + message)
    to.flush()


def receive(source: BinaryIO) -> bytes | None:
    """Return the next message, None where the other side has ended.

    Args:
        source: Pipe.
    """
    head = source.read(HEAD)
    if len(head) < HEAD:
        return None
    length = int.from_bytes(head, "big")
    message = source.read(length)
    return message if len(message) == length else None


def serve(source: BinaryIO, to: BinaryIO) -> None:
    """Set one paper after another until nobody asks any more.

    Args:
        source: Pipe of questions: JSON of ``data, root, tagged``.
        to: Pipe of answers: bytes of a PDF.
    """
    while (asked := receive(source)) is not None:
        told = json.loads(asked)
        send(to, set_pdf(told["data"], told["root"], tagged=told["tagged"]))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
