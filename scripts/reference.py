"""Make the reference pages from the code: commands, error codes, tables, library.

Run with ``make docs``. A test makes the same pages and fails if a committed one differs.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

import cakup
from cakup.cli.main import build
from cakup.kernel.errors import MESSAGES, messages
from cakup.kernel.schemas import TABLES

PAGES = Path(__file__).resolve().parents[1] / "docs" / "reference"
HEAD = "<!-- Dibuat dari kode oleh `make docs`; jangan disunting. Made from the code. -->\n\n"


def _cell(text: str | None) -> str:
    """Return text that fits one cell of a Markdown table."""
    return " ".join((text or "").split()).replace("|", "\\|")


def _options(command: TyperCommand | TyperGroup) -> list[str]:
    lines = []
    for parameter in command.params:
        if isinstance(parameter, TyperArgument):
            name, note = (parameter.metavar or parameter.name or "").upper(), parameter.help
        else:
            assert isinstance(parameter, TyperOption)
            name, note = ", ".join(parameter.opts), parameter.help
        lines.append(f"| `{_cell(name)}` | {_cell(note)} |")
    return lines


def _commands(command: TyperCommand | TyperGroup, path: str) -> list[str]:
    if isinstance(command, TyperGroup):
        lines = []
        for name, child in sorted(command.commands.items()):
            assert isinstance(child, TyperCommand | TyperGroup)
            lines += _commands(child, f"{path} {name}")
        return lines
    head = [f"## `{path}`", "", inspect.cleandoc(command.help or ""), ""]
    options = _options(command)
    table = ["| argumen atau pilihan | arti |", "|---|---|", *options, ""] if options else []
    return head + table


def commands_page() -> str:
    """Return the page of all commands."""
    intro = (
        "# Perintah\n\nKode keluar: 0 selesai (juga bila ada baris yang dikembalikan), 1 kesalahan "
        "di dalam Cakup, 2 cara memanggil salah, 3 berkas ditolak seluruhnya, 4 aturan tidak ada, "
        "5 sedang dipakai atau tidak diizinkan. *Exit codes: 0 done, 1 fault in Cakup, 2 usage, "
        "3 input refused as a whole, 4 rule missing, 5 busy or not allowed.*\n\n"
    )
    root = typer.main.get_command(build())
    assert isinstance(root, TyperGroup)
    body = _commands(root, "cakup")
    return HEAD + intro + "\n".join(body).rstrip() + "\n"


def errors_page() -> str:
    """Return the page of all error codes in both languages."""
    lines = ["# Kode kesalahan", ""]
    for area in sorted(p.stem for p in MESSAGES.glob("*.yaml")):
        lines += [f"## {area}", "", "| kode | Indonesia | English |", "|---|---|---|"]
        for code, entry in sorted(messages(area).items()):
            spoken = [
                " ".join(entry[lang].get(part, "") for part in ("what", "why", "do"))
                for lang in ("id", "en")
            ]
            lines.append(f"| `{code}` | {_cell(spoken[0])} | {_cell(spoken[1])} |")
        lines.append("")
    return HEAD + "\n".join(lines).rstrip() + "\n"


def tables_page() -> str:
    """Return the page of all tables and columns."""
    lines = ["# Tabel ruang kerja", ""]
    for table in TABLES.values():
        secret = "Memuat data pribadi. " if table.identity else ""
        lines += [
            f"## {table.name}", "", f"Satu baris = {table.note}. {secret}"
            f"Diurutkan menurut `{', '.join(table.key)}`.", "",
            "| kolom | tipe | arti |", "|---|---|---|",
            *(f"| `{c.name}` | {c.type} | {_cell(c.note)} |" for c in table.columns), "",
        ]  # fmt: skip
    return HEAD + "\n".join(lines).rstrip() + "\n"


def library_page() -> str:
    """Return the page of the library's public names."""
    lines = [
        "# Pustaka Python",
        "",
        "`import cakup` memuat nama-nama ini saat pertama dipakai.",
        "",
    ]
    for name in sorted(cakup.__all__):
        thing = getattr(cakup, name)
        if callable(thing):
            try:
                shape = f"{name}{inspect.signature(thing)}"
            except ValueError:
                shape = name
            lines += [
                f"## `cakup.{name}`",
                "",
                "```text",
                shape,
                "",
                inspect.getdoc(thing) or "",
                "```",
                "",
            ]
        else:
            lines += [f"## `cakup.{name}`", "", "Teks versi." if name == "__version__" else "", ""]
    return HEAD + "\n".join(lines).rstrip() + "\n"


def pages() -> dict[str, str]:
    """Return file name → content of every generated page."""
    return {
        "perintah.md": commands_page(),
        "kode-kesalahan.md": errors_page(),
        "tabel.md": tables_page(),
        "pustaka.md": library_page(),
    }


if __name__ == "__main__":
    PAGES.mkdir(parents=True, exist_ok=True)
    for file_name, text in pages().items():
        (PAGES / file_name).write_text(text, encoding="utf-8")
