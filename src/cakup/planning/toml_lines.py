"""Where a key stands in a TOML file, so that an error can name the line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from cakup.kernel.errors import InputError, Where

_HEAD = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
_LINE = re.compile(r"line (\d+)")
MAX_BYTES = 2_000_000


class TomlFile:
    """A TOML file and the lines on which its tables and keys stand.

    Args:
        path: The file.

    Raises:
        InputError: ``plan.file.missing``, ``plan.file.too_large``, ``plan.file.unreadable`` with
            the line.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        if not path.is_file():
            raise InputError("plan.file.missing", path=path.name)
        if path.stat().st_size > MAX_BYTES:
            raise InputError("plan.file.too_large", path=path.name)
        try:
            text = path.read_text(encoding="utf-8-sig")
            self.data: dict[str, Any] = tomllib.loads(text)
        except UnicodeDecodeError as err:
            raise InputError("plan.file.unreadable", where=Where(file=path.name)) from err
        except tomllib.TOMLDecodeError as err:
            found = _LINE.search(str(err))
            row = int(found[1]) if found else None
            where = Where(file=path.name, row=row)
            raise InputError("plan.file.unreadable", where=where) from err
        self._lines = text.splitlines()

    def where(self, table: str, number: int = 0, key: str | None = None) -> Where:
        """Return the place of a table, or of a key in it.

        Args:
            table: Name of the table, e.g. ``purse``; empty for the top of the file.
            number: Which of several tables of that name, 0-based.
            key: Key in it, None for its head.
        """
        start, end = self._span(table, number)
        if key is not None:
            pattern = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
            for at in range(start, end):
                if pattern.match(self._lines[at]):
                    return Where(file=self.name, row=at + 1, column=key)
        return Where(file=self.name, row=min(start + 1, len(self._lines)) or None, column=key)

    def _span(self, table: str, number: int) -> tuple[int, int]:
        """Return the first line of a table and the line after its last."""
        heads = [(at, m[2]) for at, line in enumerate(self._lines) if (m := _HEAD.match(line))]
        if not table:
            return 0, heads[0][0] if heads else len(self._lines)
        mine = [at for at, name in heads if name == table]
        if number >= len(mine):
            return 0, len(self._lines)
        start = mine[number]
        return start, next((at for at, _ in heads if at > start), len(self._lines))
