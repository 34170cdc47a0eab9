"""Files made by hand for the tests of reading: raw workbook parts, and a plain reader as oracle."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Styles: 0 general, 1 date (built in), 2 own date, 3 time, 4 rupiah, 5 text.
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="[$-421]dd\\ mmmm\\ yyyy;@"/>'
    '<numFmt numFmtId="165" formatCode="&quot;Rp&quot;#,##0"/></numFmts>'
    '<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>'
    '<xf numFmtId="20"/><xf numFmtId="165"/><xf numFmtId="49"/></cellXfs></styleSheet>'
)


def write_parts(path: Path, parts: Mapping[str, str | bytes], **options: int) -> Path:
    """Write a zip file of named parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def sheet_xml(rows: str, *, before: str = "", after: str = "") -> str:
    """Return a worksheet whose ``sheetData`` holds ``rows``."""
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def strings_xml(items: Sequence[str]) -> str:
    """Return shared strings from ready ``<si>`` contents."""
    inner = "".join(f"<si>{item}</si>" for item in items)
    return f'{HEAD}<sst xmlns="{MAIN}">{inner}</sst>'


def workbook_parts(
    sheets: Mapping[str, str | bytes],
    *,
    strings: str | bytes | None = None,
    styles: str = STYLES,
    states: Mapping[str, str] | None = None,
    properties: str = "",
) -> dict[str, str | bytes]:
    """Return the parts of a small workbook: sheet name → worksheet XML."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"'
        + (f' state="{states[name]}"' if states and name in states else "")
        + "/>"
        for n, name in enumerate(sheets, start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{RELS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    relations += f'<Relationship Id="rIdS" Type="{RELS}/styles" Target="styles.xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/styles.xml": styles,
    }
    if strings is not None:
        relations += (
            f'<Relationship Id="rIdT" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/>'
        )
        parts["xl/sharedStrings.xml"] = strings
    parts["xl/_rels/workbook.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
    )
    for n, xml in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{n}.xml"] = xml
    return parts


def one_sheet(path: Path, rows: str, *, before: str = "", after: str = "", **more: object) -> Path:
    """Write a workbook with one sheet *Data* whose ``sheetData`` holds ``rows``."""
    xml = sheet_xml(rows, before=before, after=after)
    return write_parts(path, workbook_parts({"Data": xml}, **more))  # type: ignore[arg-type]


def plain_cells(path: Path, part: str = "xl/worksheets/sheet1.xml") -> dict[tuple[int, int], str]:
    """Return the raw text of each filled cell by (row, column), read by ElementTree, slowly.

    Numbers stay as the XML has them; no style is looked at.
    """
    space = f"{{{MAIN}}}"
    with zipfile.ZipFile(path) as package:
        shared = []
        if "xl/sharedStrings.xml" in package.namelist():
            for item in ElementTree.fromstring(package.read("xl/sharedStrings.xml")):
                runs = [item.find(f"{space}t"), *item.findall(f"{space}r/{space}t")]
                shared.append("".join(run.text or "" for run in runs if run is not None))
        root = ElementTree.fromstring(package.read(part))
    cells: dict[tuple[int, int], str] = {}
    for cell in root.iter(f"{space}c"):
        letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", cell.attrib["r"]).groups()  # type: ignore[union-attr]
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        value = cell.find(f"{space}v")
        if cell.attrib.get("t") == "inlineStr":
            text = "".join(run.text or "" for run in cell.iter(f"{space}t"))
        elif cell.attrib.get("t") == "s":
            text = shared[int(value.text)] if value is not None and value.text else ""
        else:
            text = (value.text or "") if value is not None else ""
        if text:
            cells[int(digits), column] = text
    return cells
