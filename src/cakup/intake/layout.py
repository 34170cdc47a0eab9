"""Where a sheet's header is: below title rows, over one or two rows, or nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from cakup.intake.content import looks_like_people
from cakup.intake.fields import WEAK, Names, names_of
from cakup.intake.kinds import all_fields
from cakup.intake.labels import bare, looks_cut, normal
from cakup.intake.reading import Sheet

#: A header further down than this is not looked for.
HEADER_WITHIN_ROWS = 60
#: A merged range over so large a part of the columns is a title, not a group of columns.
TITLE_SPAN = 0.8
_NUMBERING = re.compile(r"^[(\[]?[0-9]{1,3}[)\].]?$")
_DATA = re.compile(r"[0-9].*[0-9].*[0-9].*[0-9].*[0-9]|^[0-9]+[-/][0-9]+[-/][0-9]+$")


@dataclass(frozen=True)
class Heading:
    """Name of one column.

    Args:
        index: Position, 0-based.
        label: Text of the lowest header cell, in one line; empty if there is none.
        group: Text of the merged cell above it, empty if there is none.
    """

    index: int
    label: str
    group: str = ""

    @property
    def letter(self) -> str:
        """Letter that a spreadsheet shows: A, B, …, AA."""
        return letter_of(self.index)

    @property
    def spoken(self) -> str:
        """Name for messages: group and label, else the letter."""
        return " / ".join(t for t in (self.group, self.label) if t) or self.letter


@dataclass(frozen=True)
class Layout:
    """Layout of one sheet, in sheet rows.

    Args:
        header_rows: Rows of the header; empty if the sheet has none.
        first_data_row: First row below it (and below a row that numbers the columns).
        headings: Names of the columns.
        titles: Texts that stand above the header, top to bottom.
    """

    header_rows: tuple[int, ...]
    first_data_row: int
    headings: tuple[Heading, ...]
    titles: tuple[str, ...]


def letter_of(index: int) -> str:
    """Return the spreadsheet letter of a column.

    Args:
        index: Position, 0-based.
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def find_layout(sheet: Sheet, header_row: int | None = None) -> Layout | None:
    """Return where the header is.

    Rows are weighed by how many of their cells are known column names; digits that look like data
    speak against a row. A sheet without known names has a layout without header if its cells look
    like people, else none.

    Args:
        sheet: Sheet, its first part if it comes in parts.
        header_row: Sheet row that the user named, if any.

    Returns:
        The layout; None if nothing in the sheet looks like a table.
    """
    rows = _top_rows(sheet)
    known = names_of(all_fields())
    at = header_row - sheet.first_row if header_row is not None else _best(rows, known)
    if at is None or not 0 <= at < len(rows):
        return _without_header(rows, sheet)
    top, bottom = _group_row(rows, at, sheet, known), _sub_row(rows, at, sheet, known)
    bottom = at if top is not None and bottom is None else bottom
    used = sorted({r for r in (top, at, bottom) if r is not None})
    after = used[-1] + 1
    if after < len(rows) and _is_numbering(rows[after]):
        after += 1
    headings = _headings(rows, used, sheet)
    return Layout(
        tuple(sheet.first_row + r for r in used),
        sheet.first_row + after,
        headings,
        tuple(cell for row in rows[: used[0]] for cell in row if cell),
    )


def _top_rows(sheet: Sheet) -> list[list[str]]:
    """Return the first rows with each cell in one line."""
    head = sheet.frame.head(HEADER_WITHIN_ROWS).with_columns(
        pl.all().str.replace_all(r"\s+", " ").str.strip_chars()
    )
    return [[cell or "" for cell in row] for row in head.iter_rows()]


def weight(label: str, known: Names) -> float:
    """Return how sure a text is a column name: 1 sure, 0.5 a word that may be one, 0 not.

    Args:
        label: Text of a cell.
        known: Names of all fields.
    """
    form = normal(label)
    if not form or len(label) > 80:
        return 0.0
    if form in known.exact or form in known.ignored or bare(label) in known.bare:
        return 1.0
    if form in WEAK:
        return 0.5
    if looks_cut(label):
        return 0.9 if any(name.startswith(form) for name in known.exact) else 0.0
    return 0.0


def _best(rows: list[list[str]], known: Names) -> int | None:
    """Return the row with most known names, the first of equals; None if no row has enough.

    A header stands above the people: behind two rows that look like them none is looked for.
    """
    best, best_score = None, 0.0
    n_people = 0
    for at, row in enumerate(rows):
        n_people += looks_like_people(row)
        if n_people >= 2:
            break
        filled = [cell for cell in row if cell]
        hits = sum(weight(cell, known) for cell in filled)
        data = sum(bool(_DATA.search(cell)) for cell in filled)
        score = hits - 2 * data
        enough = hits >= 2 or (hits >= 1 and len(filled) <= 2)
        if enough and hits >= 0.25 * len(filled) and score > best_score:
            best, best_score = at, score
    return best


def _is_numbering(row: list[str]) -> bool:
    """Return whether a row numbers the columns: 1 2 3 or (1) (2) (3)."""
    filled = [cell for cell in row if cell]
    if len(filled) < 3 or not all(_NUMBERING.match(cell) for cell in filled):
        return False
    numbers = [int(re.sub("[^0-9]", "", cell)) for cell in filled]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 2


def _looks_like_data(row: list[str]) -> bool:
    return any(_DATA.search(cell) for cell in row if cell)


def _sub_row(rows: list[list[str]], at: int, sheet: Sheet, known: Names) -> int | None:
    """Return the row below if it holds the names under merged groups."""
    if at + 1 >= len(rows):
        return None
    row = rows[at + 1]
    filled = [cell for cell in row if cell]
    if not filled or _looks_like_data(row) or _is_numbering(row):
        return None
    hits = sum(weight(cell, known) > 0 for cell in filled)
    if hits >= 1 and hits * 2 >= len(filled):
        return at + 1
    inside = {i for i, cell in enumerate(row) if cell}
    is_below = len(inside) >= 2 and inside <= _grouped(rows[at], sheet.first_row + at, sheet)
    return at + 1 if is_below else None


def _grouped(row: list[str], sheet_row: int, sheet: Sheet) -> set[int]:
    """Return the columns over which cells of a row are merged, or seem to be: blank to the right.

    A short word such as ``L`` below them is a name although it is not known as one.
    """
    flat = [m for m in sheet.merges if m.top == m.bottom == sheet_row and m.right > m.left]
    if sheet.merges:
        return {i for m in flat for i in range(m.left - 1, m.right)}
    blank = {i for i, cell in enumerate(row) if i and not cell}
    return blank | {i - 1 for i in blank}


def _group_row(rows: list[list[str]], at: int, sheet: Sheet, known: Names) -> int | None:
    """Return the row above if it holds groups, or names whose cells are merged downwards."""
    if at == 0:
        return None
    above, row = rows[at - 1], rows[at]
    filled = [i for i, cell in enumerate(above) if cell]
    if not filled or _looks_like_data(above) or _is_numbering(above):
        return None
    width = sum(bool(cell) for cell in row)
    over_blank = any(not row[i] and weight(above[i], known) > 0 for i in filled)
    sheet_row = sheet.first_row + at - 1
    grouped = any(
        m.top == m.bottom == sheet_row and 2 <= m.right - m.left + 1 < TITLE_SPAN * width
        for m in sheet.merges
    )
    return at - 1 if over_blank or grouped else None


def _headings(rows: list[list[str]], used: list[int], sheet: Sheet) -> tuple[Heading, ...]:
    """Return the name of each column from one or two header rows (of three, the outer two)."""
    width = max(len(row) for row in rows)
    lowest = rows[used[-1]]
    found = []
    for i in range(width):
        below = lowest[i]
        above = [rows[r][i] for r in used[:-1]]
        label = below or next((cell for cell in reversed(above) if cell), "")
        group = _group_of(rows, used, i, sheet) if below and len(used) > 1 else ""
        found.append(Heading(i, label, "" if normal(group) == normal(label) else group))
    return tuple(found)


def _group_of(rows: list[list[str]], used: list[int], index: int, sheet: Sheet) -> str:
    """Return the text of the group above a column: its own cell, its merged range, or to the left.

    Without knowledge of merges a group reaches to the right as long as cells below are filled.
    """
    top = rows[used[0]]
    if top[index]:
        return top[index]
    sheet_row = sheet.first_row + used[0]
    for merge in sheet.merges:
        if merge.top <= sheet_row <= merge.bottom and merge.left <= index + 1 <= merge.right:
            return top[merge.left - 1]
    if sheet.merges:
        return ""
    for left in range(index, -1, -1):
        if top[left]:
            return top[left]
        if not rows[used[-1]][left]:
            return ""
    return ""


def _without_header(rows: list[list[str]], sheet: Sheet) -> Layout | None:
    """Return a layout without header if the sheet begins with rows that look like people."""
    for at, row in enumerate(rows):
        if looks_like_people(row):
            at = _first_alike(rows, at)
            headings = tuple(Heading(i, "") for i in range(sheet.frame.width))
            titles = tuple(cell for above in rows[:at] for cell in above if cell)
            return Layout((), sheet.first_row + at, headings, titles)
    return None


def _first_alike(rows: list[list[str]], at: int) -> int:
    """Return the first of the rows above ``at`` that are as filled as it: their NIK is damaged."""
    least = max(3, 0.6 * sum(bool(cell) for cell in rows[at]))
    while at and sum(bool(cell) for cell in rows[at - 1]) >= least:
        at -= 1
    return at
