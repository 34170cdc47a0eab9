"""A large XML part as blocks of whole elements: bounded memory, one prefix form, UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cakup.intake.reading.package import Package
from cakup.kernel.errors import InputError, LimitError

BLOCK_BYTES = 8 << 20
# One row or one shared string without an end within this many bytes is a bomb, not a list.
LONGEST_ITEM_BYTES = 12 << 20
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", re.S)
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z]\w*)")


@dataclass
class Surroundings:
    """What stands before and after the items of a part, for whoever wants to look there."""

    head: bytes = b""
    tail: bytes = b""
    keep_tail_bytes: int = field(default=8 << 20)


def element_blocks(
    package: Package,
    part: str,
    *,
    holder: bytes,
    item_end: bytes,
    around: Surroundings | None = None,
) -> Iterator[bytes]:
    """Yield the content of one element in blocks that end behind an item.

    Namespace prefixes of the main namespace are taken off (``<x:row`` becomes ``<row``), other
    encodings become UTF-8, line ends become line feeds, as XML wants.

    Args:
        package: The workbook.
        part: Name of the part.
        holder: Local name of the element that holds the items, e.g. ``sheetData``.
        item_end: End tag of an item, e.g. ``</row>``.
        around: Filled with what stands before and behind the holder.

    Raises:
        InputError: ``file.damaged``, ``file.forbidden_xml``, ``file.encoding``.
        LimitError: ``file.cell_too_long`` when an item does not end.
    """
    around = around or Surroundings()
    stop = b"</" + holder + b">"
    is_open = is_done = False
    rest = b""
    for block in _plain_blocks(package, part):
        if is_done:
            _keep_tail(around, block)
            continue
        text = rest + block
        if not is_open:
            begun = _begin(text, holder, part, package)
            if begun is None:
                rest = text
                continue
            around.head, text, is_open = text[: begun[0]], text[begun[0] :], True
            if begun[1]:  # <sheetData/>
                is_done, rest = True, b""
                _keep_tail(around, text)
                continue
        end = text.find(stop)
        if end >= 0:
            is_done, rest = True, b""
            _keep_tail(around, text[end + len(stop) :])
            if text[:end].strip():
                yield _checked(text[:end], part, package)
            continue
        cut = text.rfind(item_end) + len(item_end)
        if cut < len(item_end):
            if len(text) > LONGEST_ITEM_BYTES:
                limit = package.limits.cell_chars
                raise LimitError("file.cell_too_long", where=package.where, limit=limit)
            rest = text
            continue
        rest = text[cut:]
        yield _checked(text[:cut], part, package)
    if not is_done:
        raise package.damaged(part)


def _checked(text: bytes, part: str, package: Package) -> bytes:
    """Return the text if it is valid UTF-8: the arrays made from it trust that."""
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError as err:
            raise package.damaged(part) from err
    return text


def _keep_tail(around: Surroundings, text: bytes) -> None:
    room = around.keep_tail_bytes - len(around.tail)
    around.tail += text[:room]


def _begin(text: bytes, holder: bytes, part: str, package: Package) -> tuple[int, bool] | None:
    """Return where the content of the holder begins and whether it is empty; None: not yet."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise InputError("file.forbidden_xml", where=package.where, part=part)
    found = re.search(rb"<" + holder + rb"(?:\s[^<>]*?)?(/?)>", text)
    if found is None:
        if len(text) > LONGEST_ITEM_BYTES:
            raise package.damaged(part)
        return None
    return found.end(), bool(found.group(1))


def _plain_blocks(package: Package, part: str) -> Iterator[bytes]:
    """Yield the part in UTF-8 with line feeds and without the prefix of its root element."""
    prefix: bytes | None = None
    decoder: codecs.IncrementalDecoder | None = None
    rest = b""
    for number, raw in enumerate(package.blocks(part, BLOCK_BYTES)):
        block = raw
        if number == 0:
            decoder = _decoder(raw, part, package)
            block = raw.removeprefix(codecs.BOM_UTF8)
        if decoder is not None:
            try:
                block = decoder.decode(block).encode()
            except UnicodeError as err:
                raise package.damaged(part) from err
        block = rest + block
        if number == 0:
            prefix = _root_prefix(block)
        # A tag or line end cut in two by the block's end must not escape the changes below.
        cut = max(block.rfind(b">") + 1, 0) or len(block)
        block, rest = block[:cut], block[cut:]
        yield _unified(block, prefix)
    if rest:
        yield _unified(rest, prefix)


def _unified(block: bytes, prefix: bytes | None) -> bytes:
    if prefix:
        block = block.replace(b"<" + prefix + b":", b"<").replace(b"</" + prefix + b":", b"</")
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block


def _decoder(first: bytes, part: str, package: Package) -> codecs.IncrementalDecoder | None:
    """Return a decoder for a part that is not UTF-8."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.getincrementaldecoder("utf-16")("strict")
    stated = _ENCODING.match(first.removeprefix(codecs.BOM_UTF8))
    name = stated.group(1).decode().lower() if stated else "utf-8"
    if name in ("utf-8", "utf8", "us-ascii", "ascii"):
        return None
    if name not in ("iso-8859-1", "windows-1252"):
        raise package.damaged(part)
    return codecs.getincrementaldecoder(name)("strict")


def _root_prefix(block: bytes) -> bytes | None:
    """Return the namespace prefix of the first element, e.g. ``x`` of ``<x:worksheet``."""
    found = _ROOT.search(block)
    return found.group(1) if found else None
