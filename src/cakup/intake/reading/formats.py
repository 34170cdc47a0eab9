"""What a file really is, by its content: the name it carries is not believed."""

from __future__ import annotations

import re
import struct
import zipfile
from typing import BinaryIO

import olefile

from cakup.intake.reading.biff import BOF
from cakup.intake.reading.package import ZIP_ERRORS
from cakup.intake.reading.workbook import Format
from cakup.kernel.errors import InputError, Where

HEAD_BYTES = 4096
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x1f\x8b", "GZIP"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"),
)
_TEXTUAL: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"<\?xml.{0,2000}urn:schemas-microsoft-com:office:spreadsheet", re.S), "XML 2003"),
    (re.compile(rb"<(!doctype\s+html|html|head|body|table|meta|style|div)\b", re.I), "HTML"),
    (re.compile(rb"<\?xml.{0,2000}<html\b", re.S | re.I), "HTML"),
    (re.compile(rb"<\?xml"), "XML"),
    (re.compile(rb"\{\s*\"|\[\s*[{\[]"), "JSON"),
)
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS_MIME = b"application/vnd.oasis.opendocument.spreadsheet"
_FILEPASS = 0x002F


def detect(handle: BinaryIO, where: Where) -> Format:
    """Return the format of an open file.

    Args:
        handle: File at any position; it is left at the start.
        where: File name for messages.

    Raises:
        InputError: ``file.empty``, ``file.foreign``, ``file.password``, ``file.truncated``.
    """
    handle.seek(0)
    head = handle.read(HEAD_BYTES)
    handle.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _inside_zip(handle, where)
    if head.startswith(OLE_MAGIC):
        return _inside_ole(handle, where)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise InputError("file.foreign", where=where, kind=kind)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, kind in _TEXTUAL:
        if pattern.match(text):
            raise InputError("file.foreign", where=where, kind=kind)
    return "csv"


def _inside_zip(handle: BinaryIO, where: Where) -> Format:
    try:
        with zipfile.ZipFile(handle) as package:
            names = set(package.namelist())
            mime = b""
            if "mimetype" in names:
                with package.open("mimetype") as member:
                    mime = member.read(200).strip()
    except ZIP_ERRORS as err:
        raise InputError("file.truncated", where=where) from err
    except RuntimeError as err:  # zipfile's way to say that a member is encrypted
        raise InputError("file.password", where=where) from err
    finally:
        handle.seek(0)
    if mime.startswith(_ODS_MIME) and "content.xml" in names:
        return "ods"
    if "xl/workbook.bin" in names:
        raise InputError("file.foreign", where=where, kind="XLSB")
    if "[Content_Types].xml" in names and not _is_document(names):
        return "xlsx"
    kind = "DOCX/PPTX/ODT" if _is_document(names) or mime else "ZIP"
    raise InputError("file.foreign", where=where, kind=kind)


def _is_document(names: set[str]) -> bool:
    return any(name.startswith(("word/", "ppt/", "visio/")) for name in names)


def _inside_ole(handle: BinaryIO, where: Where) -> Format:
    try:
        with olefile.OleFileIO(handle) as ole:
            streams = {"/".join(parts) for parts in ole.listdir(streams=True, storages=True)}
            book = next((s for s in ("Workbook", "Book") if ole.exists(s)), None)
            start = ole.openstream(book).read(HEAD_BYTES) if book else b""
    except Exception as err:  # olefile raises many kinds on a damaged file
        raise InputError("file.truncated", where=where) from err
    finally:
        handle.seek(0)
    if streams & {"EncryptedPackage", "EncryptionInfo"} or _has_filepass(start):
        raise InputError("file.password", where=where)
    if book:
        return "xls"
    kind = "DOC" if "WordDocument" in streams else "OLE"
    raise InputError("file.foreign", where=where, kind=kind)


def _has_filepass(start: bytes) -> bool:
    """Tell whether a BIFF stream begins with the record that announces encryption."""
    at = 0
    while at + 4 <= len(start):
        kind, length = struct.unpack_from("<HH", start, at)
        if kind == _FILEPASS:
            return True
        if at == 0 and kind not in BOF:
            return False
        at += 4 + length
    return False
