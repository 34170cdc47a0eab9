"""What reading gives: a workbook of sheets of text, what was noticed, and the caps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from cakup.intake.reading.notes import NOTES
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

Format = Literal["csv", "xlsx", "xls", "ods"]
SHOWN_ROWS = 20
EXCEL_COLUMNS = 16_384


@dataclass(frozen=True)
class Limits:
    """Caps that a file must keep; reaching one refuses the file with a sentence.

    Args:
        file_bytes: Size of the file as sent.
        text_bytes: Text that is held in memory at once: shared strings, one sheet, one CSV.
        unpacked_bytes: Size of all parts of a workbook together once unpacked.
        unpack_ratio: Unpacked size over packed size of one part, looked at beyond 16 MB.
        sheets: Sheets of one workbook.
        columns: Columns of one sheet, at most Excel's own 16,384.
        rows: Rows of one sheet.
        cells: Cells of one sheet (rows × columns), for workbooks, which are read whole.
        cell_chars: Characters of one cell; Excel itself stops at 32,767.
        lines_per_cell: Lines that one quoted CSV cell may span; beyond, its quote is a stray mark.
    """

    file_bytes: int = 4 << 30
    text_bytes: int = 1 << 30
    unpacked_bytes: int = 3 << 30
    unpack_ratio: int = 300
    sheets: int = 100
    columns: int = 256
    rows: int = 20_000_000
    cells: int = 40_000_000
    cell_chars: int = 32_767
    lines_per_cell: int = 100

    def __post_init__(self) -> None:
        assert self.columns <= EXCEL_COLUMNS


@dataclass(frozen=True)
class ReadingNote:
    """Something noticed while reading that does not stop the import; holds no person's value.

    Args:
        code: Key of ``notes.NOTES``, e.g. ``formula``.
        sheet: Sheet name; empty for the file as a whole.
        count: How many rows, cells or sheets it concerns.
        rows: First sheet rows concerned, at most 20, ascending.
        params: Values for the placeholders of its text.
    """

    code: str
    sheet: str = ""
    count: int = 0
    rows: tuple[int, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> Text:
        """The note's text in both languages, still with placeholders."""
        return NOTES[self.code]

    def spoken(self, lang: Lang = "id") -> str:
        """Return the note as one sentence, with the first row numbers."""
        said = self.text.format(lang, count=spelling.count(self.count, lang), **self.params)
        if not self.rows:
            return said
        listed = ", ".join(str(row) for row in self.rows)
        more = ", …" if self.count > len(self.rows) else ""
        return f"{said} ({'baris' if lang == 'id' else 'row'} {listed}{more})"


@dataclass(frozen=True)
class Merge:
    """One merged range, 1-based and inclusive, in sheet rows and columns."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet as text.

    Args:
        name: Sheet name; for CSV the file's stem.
        no: Position in the workbook, 1-based; hidden sheets count.
        frame: String columns ``c1``, ``c2``, … (column A is ``c1``), one row per sheet row; null
            is a blank cell. Frame row ``i`` (0-based) is sheet row ``first_row + i``, the number
            that Excel or a text editor shows.
        first_row: Sheet row of the frame's first row: 1, but for later parts of ``read_batches``.
        is_hidden: Whether the sheet is hidden in the workbook.
        hidden_rows: Sheet rows hidden by hand or by a filter.
        continued_rows: Sheet rows (CSV lines) that hold only the rest of a quoted cell begun
            above; their frame rows are blank and are no records.
        formula_rows: Sheet rows with a formula cell; the stored result was read.
        merges: Merged ranges of the sheet.
        number_share: For each column, the share of its filled cells stored as numbers (not text,
            not dates): a NIK column above 0 has met Excel's 15 digits. Empty where unknown (CSV).
        date_share: The same for cells stored as dates; their text here is ISO.
        unchecked: What this format did not let us check, as note codes.
        notes: What was noticed on this sheet; the workbook holds those of all sheets.
    """

    name: str
    no: int
    frame: pl.DataFrame
    first_row: int = 1
    is_hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    continued_rows: tuple[int, ...] = ()
    formula_rows: tuple[int, ...] = ()
    merges: tuple[Merge, ...] = ()
    number_share: Mapping[str, float] = field(default_factory=dict)
    date_share: Mapping[str, float] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()
    notes: tuple[ReadingNote, ...] = ()

    def __post_init__(self) -> None:
        names = [f"c{n}" for n in range(1, self.frame.width + 1)]
        assert self.frame.columns == names
        assert all(kind == pl.String for kind in self.frame.dtypes)


@dataclass(frozen=True)
class Workbook:
    """One file as read.

    Args:
        file_name: Name without folder.
        format: Format found in the content, whatever the name says.
        sheets: Sheets in the order of the workbook, hidden ones too.
        notes: What was noticed.
        encoding: Character encoding of a CSV; empty for workbooks.
        separator: Column separator of a CSV; empty for workbooks.
    """

    file_name: str
    format: Format
    sheets: tuple[Sheet, ...]
    notes: tuple[ReadingNote, ...] = ()
    encoding: str = ""
    separator: str = ""


def note_of_rows(code: str, sheet: str, rows: list[int], **params: str) -> ReadingNote:
    """Return a note about sheet rows, its first rows shown."""
    ordered = sorted(set(rows))
    return ReadingNote(code, sheet, len(ordered), tuple(ordered[:SHOWN_ROWS]), params)
