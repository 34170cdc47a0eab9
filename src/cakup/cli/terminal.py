"""What a command prints: results on stdout, progress and notes on stderr, colours only there."""

from __future__ import annotations

import json as json_module
import sys
import textwrap
import time
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

WIDTH = 100
EVERY_SECONDS = 0.1


def _wrapped(line: str, width: int) -> str:
    """Return a long line in parts that stand as far in as the line begins."""
    indent = line[: len(line) - len(line.lstrip())]
    if not indent or len(line) <= width:
        return line
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


class Terminal:
    """One command's voice; also a ``Progress`` listener.

    Args:
        lang: Language.
        json: Whether stdout carries JSON only.
        quiet: Whether stderr stays silent.
    """

    def __init__(self, lang: Lang = "id", *, json: bool = False, quiet: bool = False) -> None:
        self.lang: Lang = lang
        self.json = json
        self.quiet = quiet
        self.out = Console(
            width=None if sys.stdout.isatty() else WIDTH, highlight=False, soft_wrap=False
        )
        self.err = Console(stderr=True, highlight=False)
        self._status: Any = None
        self._last = 0.0
        self._what = ""

    def say(self, text: Text | str, style: str | None = None) -> None:
        """Print one line of the result, unless the result is JSON."""
        if not self.json:
            said = text if isinstance(text, str) else text(self.lang)
            lines = [_wrapped(line, self.out.width) for line in said.split("\n")]
            self.out.print("\n".join(lines), style=style, markup=False)

    def data(self, value: Any) -> None:
        """Print the result as JSON."""
        sys.stdout.write(json_module.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None,
        right: Sequence[int] = (),
    ) -> None:  # fmt: skip
        """Print a table; whole numbers are marked by thousands and right-aligned.

        Args:
            heads: Column heads; no head is shown if all are empty.
            rows: Cells; ``int`` cells are spelled, None is an empty cell.
            title: Line above the table.
            right: Positions of columns to align right (those of ``int`` cells are anyway).
        """
        if self.json:
            return
        if title:
            # A title of the table itself would be wrapped to the width of the table.
            self.out.print(title, style="bold", markup=False)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=any(heads))
        numeric = set(right) | {
            i for row in rows for i, cell in enumerate(row) if isinstance(cell, int)
        }
        for i, head in enumerate(heads):
            table.add_column(head, justify="right" if i in numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(RichText(self._cell(c)) for c in row))
        self.out.print(table)

    def next(self, text: Text | str) -> None:
        """Print the last line: what to do next."""
        if not self.json and not self.quiet:
            self.say("")
            self.say(Text(f"Berikutnya: {text if isinstance(text, str) else text.id}",
                          f"Next: {text if isinstance(text, str) else text.en}"))  # fmt: skip

    def _cell(self, cell: object) -> str:
        if cell is None:
            return ""
        if isinstance(cell, bool) or not isinstance(cell, int):
            return str(cell)
        return spelling.count(cell, self.lang)

    # Progress ------------------------------------------------------------------------------

    def step(self, what: str, done: int = 0, total: int | None = None) -> None:
        """Show what is happening on a terminal; on a pipe say each new step once."""
        if self.quiet:
            return
        if not self.err.is_terminal:
            if what != self._what:
                self.err.print(f"  {what}", markup=False)
            self._what = what
            return
        now = time.monotonic()
        if what == self._what and now - self._last < EVERY_SECONDS:
            return
        self._what, self._last = what, now
        line = what
        if done:
            line += f"  {spelling.count(done, self.lang)}"
            line += f" / {spelling.count(total, self.lang)}" if total else ""
        if self._status is None:
            self._status = self.err.status(line)
            self._status.start()
        self._status.update(line)

    def note(self, text: str) -> None:
        """Print one line on stderr that stays."""
        if not self.quiet:
            self.err.print(text, markup=False)

    def done(self) -> None:
        """Take the progress line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None
