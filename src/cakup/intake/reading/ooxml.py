"""The parts of an XLSX package: which sheets there are, which styles are dates."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cakup.intake.reading.package import Event, Package
from cakup.kernel.errors import InputError

# Number formats that Excel numbers without writing them out (ECMA-376 part 1, 18.8.30).
_BUILTIN_DATES = {14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58}
_BUILTIN_TIMES = {18, 19, 20, 21, *range(32, 36), 45, 47, 55, 56}
# Quoted text, escaped characters, fill and space marks, colours and locales show no value.
_SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_LONGEST_FORMAT = 255
StyleKind = Literal[0, 1, 2]
NUMBER: StyleKind = 0
DATE: StyleKind = 1
TIME: StyleKind = 2


@dataclass(frozen=True)
class SheetPart:
    """One tab of the workbook: name, 1-based position, part name, whether it is hidden."""

    name: str
    no: int
    part: str
    is_hidden: bool


@dataclass(frozen=True)
class Book:
    """What the package says about the workbook.

    Args:
        sheets: Worksheets in the order of the tabs; ``no`` counts chart sheets too.
        strings_part: Part with the shared strings, None if there is none.
        style_kinds: For each cell style whether it shows a number (0), a date (1) or a time (2).
        is_1904: Whether dates count from 1904.
    """

    sheets: tuple[SheetPart, ...]
    strings_part: str | None
    style_kinds: NDArray[np.int8]
    is_1904: bool


def read_book(package: Package) -> Book:
    """Return what the package says about the workbook.

    Raises:
        InputError: ``file.damaged``, ``file.forbidden_xml``, ``file.no_sheets``.
        LimitError: ``file.too_many_sheets``.
    """
    main = _main_part(package)
    relations = _relations(package, main)
    sheets: list[SheetPart] = []
    is_1904 = False
    no = 0
    for kind, tag, attrs in package.events(main):
        if kind == "start" and tag == "workbookPr":
            is_1904 = attrs.get("date1904") in ("1", "true")
        if kind == "start" and tag == "sheet":
            no += 1
            role, target = relations.get(attrs.get("id", ""), ("", ""))
            if role == "worksheet":
                hidden = attrs.get("state", "visible") != "visible"
                sheets.append(SheetPart(attrs.get("name", str(no)), no, target, hidden))
    if not sheets:
        raise InputError("file.no_sheets", where=package.where)
    by_role = {role: target for role, target in relations.values() if role != "worksheet"}
    strings = by_role.get("sharedStrings")
    styles = by_role.get("styles")
    kinds = _style_kinds(package.events(styles)) if styles and package.has(styles) else []
    return Book(
        tuple(sheets),
        strings if strings and package.has(strings) else None,
        np.array(kinds or [NUMBER], dtype=np.int8),
        is_1904,
    )


def _main_part(package: Package) -> str:
    """Return the name of the workbook part."""
    if package.has("_rels/.rels"):
        for role, target in _relations(package, "").values():
            if role == "officeDocument":
                return target
    if package.has("xl/workbook.xml"):
        return "xl/workbook.xml"
    raise package.damaged("workbook.xml")


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return the relations of a part: id → (last word of its type, target part)."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}
    if not package.has(relations):
        raise package.damaged(relations)
    for kind, tag, attrs in package.events(relations):
        is_inside = attrs.get("TargetMode") != "External"
        if kind == "start" and tag == "Relationship" and is_inside:
            target = attrs.get("Target", "").replace("\\", "/")
            path = target if target.startswith("/") else posixpath.join(folder, target)
            role = attrs.get("Type", "").rpartition("/")[2]
            found[attrs.get("Id", "")] = (role, posixpath.normpath(path).lstrip("/"))
    return found


def _style_kinds(events: list[Event]) -> list[StyleKind]:
    """Return for each entry of ``cellXfs`` what its number format shows."""
    formats: dict[str, StyleKind] = {}
    kinds: list[StyleKind] = []
    is_inside = False
    for kind, tag, attrs in events:
        if tag == "cellXfs":
            is_inside = kind == "start"
        elif kind == "start" and tag == "numFmt":
            formats[attrs.get("numFmtId", "")] = format_kind(attrs.get("formatCode", ""))
        elif kind == "start" and tag == "xf" and is_inside:
            number = attrs.get("numFmtId", "0")
            kinds.append(formats[number] if number in formats else builtin_kind(number))
    return kinds


def builtin_kind(number: str) -> StyleKind:
    """Return what a number format shows that Excel numbers without writing it out."""
    if not number.isdecimal():
        return NUMBER
    if int(number) in _BUILTIN_DATES:
        return DATE
    return TIME if int(number) in _BUILTIN_TIMES else NUMBER


def format_kind(code: str) -> StyleKind:
    """Return whether a number format shows a number, a date or a time of day.

    Args:
        code: Format code as stored, e.g. ``dd/mm/yyyy``, ``[$Rp-421]#,##0``, ``@``.
    """
    code = code[:_LONGEST_FORMAT]
    if re.search(r"\[[hms]+\]", code, re.I):
        return NUMBER  # an elapsed time is a quantity, not a date
    shown = _SILENT.sub("", code.split(";", 1)[0]).lower()
    if any(word in shown for word in ("general", "standard", "@")):
        return NUMBER
    if re.search(r"[#?]|0(?!0*$)|^0", shown):
        return NUMBER
    if "y" in shown or "d" in shown or ("m" in shown and not re.search("[hs]", shown)):
        return DATE
    return TIME if re.search("[hs]", shown) else NUMBER
