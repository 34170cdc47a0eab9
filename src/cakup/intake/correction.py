"""The mapping file: what a user decides about a sender's columns, in a small TOML."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cakup.intake.kinds import all_fields
from cakup.intake.labels import normal
from cakup.intake.layout import Heading
from cakup.kernel.errors import UsageError, Where
from cakup.kernel.schemas import PAYERS

ORDERS = {"dmy": "dmy", "mdy": "mdy", "hari-bulan": "dmy", "bulan-hari": "mdy"}
KEYS = frozenset({"columns", "ignore", "header_row", "sheets", "orders", "payers", "scheme"})


@dataclass(frozen=True)
class Correction:
    """What a user decided; every part may be empty.

    Args:
        columns: Field → column, by its name as in the file or by its letter.
        ignore: Columns not to be used, by name or letter.
        header_row: Sheet row of the header.
        sheets: Sheets to read; empty = all that hold data.
        orders: Date field → ``dmy`` or ``mdy``.
        payers: Words of the sender → payer of the closed list.
        scheme: Scheme of area codes without dots.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    header_row: int | None = None
    sheets: tuple[str, ...] = ()
    orders: Mapping[str, str] = field(default_factory=dict)
    payers: Mapping[str, str] = field(default_factory=dict)
    scheme: str | None = None

    @staticmethod
    def names(reference: str, heading: Heading) -> bool:
        """Return whether a reference means a column: its name, group and name, or its letter.

        Args:
            reference: Text from the mapping file.
            heading: The column.
        """
        forms = {normal(heading.label), normal(heading.spoken)} - {""}
        return normal(reference) in forms or reference.strip() == heading.letter

    def ignores(self, heading: Heading) -> bool:
        """Return whether the user wants a column left out."""
        return any(self.names(reference, heading) for reference in self.ignore)

    def over(self, older: Correction) -> Correction:
        """Return this correction with an older one for all that this one does not say."""
        return replace(
            self,
            columns={**older.columns, **self.columns},
            ignore=self.ignore or older.ignore,
            header_row=self.header_row or older.header_row,
            sheets=self.sheets or older.sheets,
            orders={**older.orders, **self.orders},
            payers={**older.payers, **self.payers},
            scheme=self.scheme or older.scheme,
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was decided."""
        return self == Correction()


def read_correction(path: Path) -> Correction:
    """Read a mapping file.

    Args:
        path: TOML file as ``docs/reference/pemetaan-kolom.md`` describes.

    Raises:
        UsageError: ``intake.mapping.file`` with the reason.
    """
    where = Where(file=path.name)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise UsageError("intake.mapping.file", where=where, reason="TOML") from err
    return correction_of(raw, where)


def correction_of(raw: Mapping[str, Any], where: Where) -> Correction:
    """Check and return a correction from plain values.

    Args:
        raw: Tables of the TOML file.
        where: File, for errors.

    Raises:
        UsageError: ``intake.mapping.file`` with the reason.
    """
    try:
        _check(raw)
        return Correction(
            columns={k: str(v) for k, v in raw.get("columns", {}).items()},
            ignore=tuple(str(v) for v in raw.get("ignore", ())),
            header_row=raw.get("header_row"),
            sheets=tuple(str(v) for v in raw.get("sheets", ())),
            orders={k: ORDERS[v] for k, v in raw.get("orders", {}).items()},
            payers={str(k).casefold(): v for k, v in raw.get("payers", {}).items()},
            scheme=raw.get("scheme"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise UsageError("intake.mapping.file", where=where, reason=str(err)) from err


def _check(raw: Mapping[str, Any]) -> None:
    """Raise ValueError with the key that is wrong."""
    known = {f.name for f in all_fields()}
    wrong = [
        *(set(raw) - KEYS),
        *(set(raw.get("columns", {})) - known),
        *(set(raw.get("orders", {})) - known),
        *(set(raw.get("payers", {}).values()) - set(PAYERS)),
    ]
    if raw.get("scheme") not in (None, "kemendagri", "bps"):
        wrong.append("scheme")
    row = raw.get("header_row")
    if row is not None and (not isinstance(row, int) or row < 1):
        wrong.append("header_row")
    if wrong:
        raise ValueError(sorted(map(str, wrong))[0])


def as_toml(correction: Correction) -> str:
    """Return a correction as TOML text that ``read_correction`` reads back.

    Args:
        correction: What the user decided.
    """
    lines: list[str] = []
    if correction.scheme:
        lines.append(f"scheme = {_quoted(correction.scheme)}")
    if correction.header_row:
        lines.append(f"header_row = {correction.header_row}")
    for key in ("sheets", "ignore"):
        held = getattr(correction, key)
        if held:
            lines.append(f"{key} = [{', '.join(_quoted(v) for v in held)}]")
    for key in ("columns", "orders", "payers"):
        pairs = sorted(getattr(correction, key).items())
        if pairs:
            inside = ", ".join(f"{_quoted(k)} = {_quoted(v)}" for k, v in pairs)
            lines.append(f"{key} = {{ {inside} }}")
    return "".join(line + "\n" for line in lines)


def _quoted(text: str) -> str:
    """Return a TOML string; a JSON string is one, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
