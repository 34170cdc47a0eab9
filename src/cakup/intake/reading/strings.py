"""The shared strings of an XLSX workbook."""

from __future__ import annotations

import numpy as np
import polars as pl

from cakup.intake.reading.markup import Tags, find_tags, plain_text, slices, unescaped
from cakup.intake.reading.package import XML_ERRORS, Package, local, safe_parser
from cakup.intake.reading.stream import element_blocks
from cakup.kernel.errors import LimitError

_SLASH = ord("/")
_AFTER_NAME = np.frombuffer(b"> /", dtype=np.uint8)


def read_strings(package: Package, part: str) -> pl.Series:
    """Return all shared strings in order.

    Args:
        package: The workbook.
        part: Name of the part.

    Raises:
        InputError: ``file.damaged``, ``file.forbidden_xml``.
        LimitError: ``file.cell_too_long``.
    """
    blocks = element_blocks(package, part, holder=b"sst", item_end=b"</si>")
    parts: list[pl.Series] = []
    n_bytes = 0
    for block in blocks:
        n_bytes += len(block)
        if n_bytes > package.limits.text_bytes:
            limit_mb = package.limits.text_bytes >> 20
            raise LimitError("file.too_much_text", where=package.where, limit_mb=limit_mb)
        parts.append(_texts(block, part, package))
    texts = pl.concat(parts) if parts else pl.Series([], dtype=pl.String)
    longest = texts.str.len_bytes().max()
    limit = package.limits.cell_chars
    # Excel cuts text at the cap, so that a longer one was made by something else, to no good end.
    if isinstance(longest, int) and longest > 4 * limit:
        raise LimitError("file.cell_too_long", where=package.where, limit=limit)
    return texts


def _texts(block: bytes, part: str, package: Package) -> pl.Series:
    """Return the strings of a block of whole ``<si>`` elements."""
    tags = find_tags(block)
    quick = None if tags is None else _quick(tags, block)
    return _slow(block, part, package) if quick is None else quick


def _quick(tags: Tags, block: bytes) -> pl.Series | None:
    """Return the strings by arrays; None when there is anything but plain or rich text."""
    if b"<rPh" in block or b"<phoneticPr" in block:
        return None
    first, second, third = tags.byte(1), tags.byte(2), tags.byte(3)
    is_item = (first == ord("s")) & (second == ord("i")) & np.isin(third, _AFTER_NAME)
    is_text = (first == ord("t")) & ((second == ord(">")) | (second == ord(" ")))
    # A text may not hold elements: the tag after it must be its end.
    which = np.flatnonzero(is_text)
    if len(which) and which[-1] + 1 == len(is_text):
        return None
    if not bool(np.all((first[which + 1] == _SLASH) & (second[which + 1] == ord("t")))):
        return None
    n_items = int(is_item.sum())
    starts, lengths = tags.text_after(which)
    item = np.cumsum(is_item)[which] - 1
    n_ends = block.count(b"</si>") + int((is_item & (third == _SLASH)).sum())
    if n_ends != n_items or (len(item) and item[0] < 0):
        return None
    totals = np.bincount(item, weights=lengths, minlength=n_items).astype(np.int64)
    made = slices(tags.buffer, starts, lengths, totals)
    return unescaped(made, has_entities=b"&" in block, has_escapes=b"_x" in block)


def _slow(block: bytes, part: str, package: Package) -> pl.Series:
    """Return the strings by walking the XML; reading aids (``rPh``) are left out."""
    found: list[str] = []
    pieces: list[str] = []
    depth = {"t": 0, "rPh": 0}

    def start(tag: str, _: dict[str, str]) -> None:
        name = local(tag)
        if name in depth:
            depth[name] += 1
        elif name == "si":
            pieces.clear()

    def end(tag: str) -> None:
        name = local(tag)
        if name in depth:
            depth[name] -= 1
        elif name == "si":
            found.append(plain_text("".join(pieces)))

    def text(data: str) -> None:
        if depth["t"] and not depth["rPh"]:
            pieces.append(data)

    parser = safe_parser(part, package.where)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(b"<sst>" + block + b"</sst>", True)
    except XML_ERRORS as err:
        raise package.damaged(part) from err
    return pl.Series(found, dtype=pl.String)
