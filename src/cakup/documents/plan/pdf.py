"""Papers as PDF/A-2b, set by typst with the fonts that travel with the program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import typst

from cakup.documents.plan.blocks import Block, Paper
from cakup.documents.plan.office import Office
from cakup.documents.plan.typeset import CREATED, HERE, TEMPLATE, options, receive, send, set_pdf

#: Width and height of a sheet, millimetres.
SHEETS = {"A4": (210, 297), "F4": (215, 330)}
#: Rows up to which a paper carries tags for screen readers; on long lists they are most of a file.
TAGGED_ROWS = 300
#: Rows that one process sets before another takes its place: its memory grows with them.
ROWS_AT_ONCE = 2_000


def _rows(blocks: Sequence[Block]) -> int:
    """Return the rows and slips of a paper."""
    return sum(len(b.get("rows") or b.get("items") or ()) for b in blocks)


def write_pdf(path: Path, paper: Paper, office: Office, *, draft: bool) -> None:
    """Write one paper as PDF; for many papers use ``Press``.

    Args:
        path: File to write; the caller makes it appear whole.
        paper: The paper.
        office: Letterhead, sheet size, coat of arms.
        draft: Whether *KONSEP* stands across every page.
    """
    tagged = _rows(paper.blocks) <= TAGGED_ROWS
    path.write_bytes(set_pdf(_data(paper, office, draft=draft), _root(office), tagged=tagged))


class Press:
    """Sets many papers in processes of their own, each ended before it holds too much.

    Use it as a context. A process that cannot be started or ends by itself is no fault of the
    paper: it is then set here, as ``write_pdf`` does.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._rows = 0

    def __enter__(self) -> Self:
        """Return it; the first process starts with the first paper."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """End the process."""
        self._end()

    def write(self, path: Path, paper: Paper, office: Office, *, draft: bool) -> None:
        """Write a paper as PDF.

        Args:
            path: File to write; the caller makes it appear whole.
            paper: The paper.
            office: Letterhead, sheet size, coat of arms.
            draft: Whether *KONSEP* stands across every page.
        """
        rows = _rows(paper.blocks)
        if self._rows and self._rows + rows > ROWS_AT_ONCE:
            self._end()
        told = {"data": _data(paper, office, draft=draft), "root": _root(office),
                "tagged": rows <= TAGGED_ROWS}  # fmt: skip
        made = self._set(json.dumps(told, ensure_ascii=False).encode())
        if made is None:
            self._end()
            write_pdf(path, paper, office, draft=draft)
            return
        self._rows += rows
        path.write_bytes(made)

    def _set(self, asked: bytes) -> bytes | None:
        """Return the PDF, None where the process did not answer."""
        try:
            process = self._process or self._begin()
            assert process.stdin is not None and process.stdout is not None  # noqa: PT018
            send(process.stdin, asked)  # type: ignore[arg-type]
            return receive(process.stdout)  # type: ignore[arg-type]
        except OSError:
            return None

    def _begin(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cakup.documents.plan.typeset"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return self._process

    def _end(self) -> None:
        process, self._process, self._rows = self._process, None, 0
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        process.wait()


def pictures(paper: Paper, office: Office, *, draft: bool, ppi: float = 80) -> list[bytes]:
    """Return the pages of a paper as PNG.

    Args:
        paper: The paper.
        office: Letterhead, sheet size, coat of arms.
        draft: Whether *KONSEP* stands across every page.
        ppi: Dots per inch.
    """
    given = options(_data(paper, office, draft=draft), _root(office))
    made = typst.compile(TEMPLATE.read_bytes(), format="png", ppi=ppi, **given)
    return list(made) if isinstance(made, list) else [bytes(made or b"")]


def _root(office: Office) -> str:
    """Return the folder in which the coat of arms lies."""
    return str(office.logo.parent) if office.logo else str(HERE)


def _data(paper: Paper, office: Office, *, draft: bool) -> str:
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
    return json.dumps(data, ensure_ascii=False)
