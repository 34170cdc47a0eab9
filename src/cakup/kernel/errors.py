"""Every error that leaves Cakup, in one tree.

::

    CakupError
    ├── UsageError      the call is wrong                      exit 2
    ├── InputError      a file must be mended by its sender    exit 3
    ├── RuleError       no rule or parameter in force          exit 4
    ├── AccessError     not allowed                            exit 5
    ├── ConflictError   someone was first, or holds the lock   exit 5
    ├── LimitError      a stated limit was reached             exit 3
    └── EngineError     the machinery under Cakup failed       exit 1

An error has a stable ``code``; its two texts stand in ``kernel/messages/<area>.yaml``, where
``<area>`` is the part of the code before the first dot. Texts have four parts in this order: what
is wrong, where, why it matters, what to do. **Never pass a person's value as a parameter.**
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

from cakup.kernel.language import Lang, Text, count

MESSAGES = Path(__file__).parent / "messages"
PARTS = ("what", "why", "do")
#: Placeholders that count something: thousands are marked, unlike those of years and row numbers.
COUNTS = frozenset({
    "all", "candidates", "count", "found", "judged", "known", "least", "limit", "limit_mb",
    "memory_mb", "most", "n", "open", "rows", "workers",
})  # fmt: skip


@dataclass(frozen=True)
class Where:
    """A place in a file: every part may be unknown.

    Args:
        file: File name without its folder.
        sheet: Sheet name of a workbook.
        row: Row number that Excel or the text editor shows (header included).
        column: Column name or letter.
    """

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def spoken(self, lang: Lang = "id") -> str:
        """Return the place in words, e.g. ``pedagang.xlsx, lembar Data, baris 4, kolom NIK``."""
        words = {
            "sheet": ("lembar", "sheet"),
            "row": ("baris", "row"),
            "column": ("kolom", "column"),
        }
        parts = [self.file] if self.file else []
        for key, value in asdict(self).items():
            if key != "file" and value is not None:
                parts.append(f"{words[key][lang == 'en']} {value}")
        return ", ".join(parts)


class CakupError(Exception):
    """Root of all errors; see the module's docstring for the tree.

    Args:
        code: Stable code such as ``intake.file.password``.
        where: Place in the input, if there is one.
        params: Values for the placeholders of the text, a ``Text`` where they are words; never a
            person's value.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, *, where: Where | None = None, **params: Any) -> None:
        self.code = code
        self.where = where or Where()
        self.params = params
        super().__init__(code)

    def parts(self, lang: Lang = "id") -> dict[str, str]:
        """Return ``code, what, where, why, do`` in ``lang``."""
        texts = message(self.code)[lang]
        params = {k: _told(k, v, lang) for k, v in self.params.items()}
        spoken = {part: texts.get(part, "").format(**params) for part in PARTS}
        return {
            "code": self.code,
            "what": spoken["what"],
            "where": self.where.spoken(lang),
            "why": spoken["why"],
            "do": spoken["do"],
        }

    def spoken(self, lang: Lang = "id") -> str:
        """Return the error as one sentence group: where, what, why, what to do, code."""
        p = self.parts(lang)
        head = f"{p['where']}: {p['what']}" if p["where"] else p["what"]
        return " ".join(x for x in (head, p["why"], p["do"], f"[{self.code}]") if x)

    def __str__(self) -> str:
        return self.spoken("id")


def _told(name: str, value: Any, lang: Lang) -> Any:
    """Return the value of a placeholder as it stands in the text."""
    if isinstance(value, Text):
        return value(lang)
    is_count = name in COUNTS and isinstance(value, int) and not isinstance(value, bool)
    return count(value, lang) if is_count else value


class UsageError(CakupError):
    """The call itself is wrong."""

    exit_code = 2


class InputError(CakupError):
    """The input is refused as a whole; its sender must mend it."""

    exit_code = 3


class LimitError(InputError):
    """A stated limit (size, rows, columns) was reached."""


class RuleError(CakupError):
    """No rule or parameter is in force, or a parameter file is wrong."""

    exit_code = 4


class AccessError(CakupError):
    """The file system or a role does not allow it."""

    exit_code = 5


class ConflictError(CakupError):
    """Someone else was first or holds the lock."""

    exit_code = 5


class EngineError(CakupError):
    """The machinery under Cakup failed."""

    exit_code = 1


@cache
def messages(area: str) -> dict[str, Any]:
    """Return all message entries of one area, by full code.

    Args:
        area: First part of the codes, e.g. ``intake``.
    """
    path = MESSAGES / f"{area}.yaml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return loaded


def message(code: str) -> dict[str, dict[str, str]]:
    """Return the entry ``{"id": {what, why, do}, "en": {…}}`` of ``code``.

    Raises:
        KeyError: If the code is not in the catalogue (a fault in Cakup; a test looks for it).
    """
    entry: dict[str, dict[str, str]] = messages(code.split(".", 1)[0])[code]
    return entry
