"""What a file looks like: columns, title rows, sheets, blank rows, totals."""

from __future__ import annotations

from dataclasses import dataclass

from cakup.synth.files.cells import Render

#: Most rows of an XLSX; longer lists are CSV.
XLSX_ROWS = 100_000


@dataclass(frozen=True)
class Column:
    """One column of a file.

    Args:
        head: Header as the office writes it; may contain a line break.
        render: How its cells look.
        group: Merged cell above the header, shared with the neighbours of the same group.
        width: Width of the column in an XLSX.
    """

    head: str
    render: Render
    group: str = ""
    width: int = 14


@dataclass(frozen=True)
class Shape:
    """One file.

    Args:
        file: File name without ending.
        kind: Kind of import.
        sender: Who sends it.
        name: Name of the list (``--list``).
        columns: Columns in order.
        days_before: How many days before the city's date the data are dated.
        is_sheet: XLSX if the rows fit, else always CSV.
        titles: Rows above the header; ``{day}``, ``{city}`` and others are filled in.
        sheet: Name of the only sheet.
        split: Field by whose values the rows are divided into sheets.
        instructions: Lines of an instruction sheet that stands first.
        numbering: Whether a row ``(1) (2) (3)`` stands below the header.
        blank_every: A blank row after so many rows; 0 = none.
        totals: Whether a totals row stands at the end.
        signature: Whether place, date and a signer stand below the totals.
        hidden_every: Every so many rows one is hidden; 0 = none.
        merged: Position of a column whose equal neighbours are merged, −1 = none.
        separator: CSV only.
        encoding: CSV only: ``utf-8``, ``utf-8-sig`` or ``cp1252``.
    """

    file: str
    kind: str
    sender: str
    name: str
    columns: tuple[Column, ...]
    days_before: int = 0
    is_sheet: bool = True
    titles: tuple[str, ...] = ()
    sheet: str = "Sheet1"
    split: str | None = None
    instructions: tuple[str, ...] = ()
    numbering: bool = False
    blank_every: int = 0
    totals: bool = False
    signature: bool = False
    hidden_every: int = 0
    merged: int = -1
    separator: str = ","
    encoding: str = "utf-8"

    @property
    def heads(self) -> list[str]:
        """Headers in order."""
        return [c.head for c in self.columns]
