"""The zip package of a workbook: bounded unpacking and small XML parts without any DTD."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from cakup.intake.reading.workbook import Limits
from cakup.kernel.errors import InputError, LimitError, Where

SMALL_PART_BYTES = 32 << 20
# Small parts may compress extremely well; the ratio is looked at only beyond this size.
RATIO_FROM_BYTES = 16 << 20
# What zipfile raises on damaged bytes.
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    OverflowError,
    NotImplementedError,
)
# What expat raises on broken XML, an unknown encoding included.
XML_ERRORS = (expat.ExpatError, LookupError, ValueError, OverflowError)
Event = tuple[str, str, dict[str, str]]


class Package:
    """A zip file opened with caps.

    Args:
        handle: The open file.
        limits: Caps: ``unpacked_bytes``, ``unpack_ratio``.
        where: File name for messages.

    Raises:
        InputError: ``file.truncated``, ``file.password``.
        LimitError: ``file.zip_bomb``.
    """

    def __init__(self, handle: BinaryIO, limits: Limits, where: Where) -> None:
        self.limits, self.where = limits, where
        try:
            self._zip = zipfile.ZipFile(handle)
            infos = self._zip.infolist()
        except ZIP_ERRORS as err:
            raise InputError("file.truncated", where=where) from err
        # Writers differ in case and slashes; the relations inside mean the same part.
        self._parts = {_plain(info.filename): info for info in infos}
        size_bytes = handle.seek(0, 2)
        if sum(info.file_size for info in infos) > limits.unpacked_bytes:
            self._refuse_bomb()
        for info in infos:
            if info.compress_size > size_bytes:
                raise InputError("file.truncated", where=where)
            if info.flag_bits & 0x1:
                raise InputError("file.password", where=where)
            is_large = info.file_size > RATIO_FROM_BYTES
            if is_large and info.file_size > limits.unpack_ratio * max(1, info.compress_size):
                self._refuse_bomb()

    def _refuse_bomb(self) -> None:
        raise LimitError(
            "file.zip_bomb",
            where=self.where,
            limit_mb=self.limits.unpacked_bytes >> 20,
            ratio=self.limits.unpack_ratio,
        )

    def has(self, name: str) -> bool:
        """Tell whether the package holds the part ``name``."""
        return _plain(name) in self._parts

    def damaged(self, name: str) -> InputError:
        """Return the error that says that a part is damaged."""
        return InputError("file.damaged", where=self.where, part=name)

    def blocks(self, name: str, block_bytes: int) -> Iterator[bytes]:
        """Yield a part unpacked, block by block.

        Raises:
            InputError: ``file.damaged`` if the part is absent or its bytes are not as stated.
        """
        info = self._parts.get(_plain(name))
        if info is None or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged(name)
        try:
            with self._zip.open(info) as member:
                while block := member.read(block_bytes):
                    yield block
        except ZIP_ERRORS as err:
            raise self.damaged(name) from err

    def small(self, name: str) -> bytes:
        """Return a small part whole.

        Raises:
            InputError: As ``blocks``; a part that should be small and is not counts as damaged.
        """
        found = bytearray()
        for block in self.blocks(name, 1 << 20):
            found += block
            if len(found) > SMALL_PART_BYTES:
                raise self.damaged(name)
        return bytes(found)

    def events(self, name: str) -> list[Event]:
        """Return the ``start`` and ``end`` events of a small XML part, local names only.

        Raises:
            InputError: ``file.damaged``, ``file.forbidden_xml``.
        """
        return xml_events(self.small(name), name, self)


def xml_events(xml: bytes, name: str, package: Package) -> list[Event]:
    """Return the ``start`` and ``end`` events of an XML text.

    Args:
        xml: Whole XML document.
        name: Part name for messages.
        package: For messages.
    """
    events: list[Event] = []
    parser = safe_parser(name, package.where)
    parser.StartElementHandler = lambda tag, attrs: events.append(
        ("start", local(tag), {local(key): value for key, value in attrs.items()})
    )
    parser.EndElementHandler = lambda tag: events.append(("end", local(tag), {}))
    try:
        parser.Parse(xml, True)
    except XML_ERRORS as err:
        raise package.damaged(name) from err
    return events


def safe_parser(name: str, where: Where) -> expat.XMLParserType:
    """Return an expat parser that refuses a document type: no entities, nothing from outside."""

    def refuse(*_: object) -> None:
        raise InputError("file.forbidden_xml", where=where, part=name)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    return parser


def local(name: str) -> str:
    """Return a tag or attribute name without its namespace prefix."""
    return name.rpartition(":")[2]


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
