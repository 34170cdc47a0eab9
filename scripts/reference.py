"""Make the reference pages from the code: commands, codes, tables, library, settings, parameters.

Run with ``make docs``. A test makes the same pages and fails if a committed one differs.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from pathlib import Path

import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

import cakup
from cakup.cli.main import build
from cakup.kernel.errors import MESSAGES, messages
from cakup.kernel.schemas import TABLES
from cakup.law.pages import fill, law_pages

PAGES = Path(__file__).resolve().parents[1] / "docs" / "reference"
GUIDES = Path(__file__).resolve().parent / "guide"
HEAD = "<!-- Dibuat dari kode oleh `make docs`; jangan disunting. Made from the code. -->\n\n"
#: Command → the page that tells how to use it; a test holds that each page mentions its command.
HOW_TO = {
    "check-budget": "memeriksa-anggaran",
    **dict.fromkeys(
        ("crosscheck send", "crosscheck receive", "crosscheck list", "crosscheck appeal",
         "crosscheck appeals", "crosscheck settle"), "menjawab-padan-data",
    ),
    "run": "mengolah-satu-folder", "erase": "menjaga-data-pribadi",
    "exchanges": "menjaga-data-pribadi",
    **dict.fromkeys(("field send", "field receive", "field list"), "memeriksa-di-lapangan"),
    "check-figure": "memeriksa-angka", "clean": "membersihkan-versi",
    **dict.fromkeys(("criteria list", "criteria show", "criteria compare", "criteria why"),
                    "memilih-kriteria"), "dedupe":
    "memadankan-dua-tabel", "demo": "membuat-kota-rekaan", "denominator add":
    "mencatat-penyebut-dan-target", "denominator list": "mencatat-penyebut-dan-target",
    **dict.fromkeys(("findings", "temuan", "trace", "telusuri"), "memeriksa-temuan"),
    "entitlements": "mendampingi-yang-berhak", "hak": "mendampingi-yang-berhak",
    "reconcile": "merekonsiliasi-iuran", "rekon": "merekonsiliasi-iuran",
    **dict.fromkeys(("summarise", "ringkas", "merge", "gabung"), "menggabungkan-provinsi"),
    "publish": "mencocokkan-angka-resmi", "terbitkan": "mencocokkan-angka-resmi",
    "explain": "menjelaskan-orang", "gap": "menulis-daftar-kerja", "import": "mengimpor-daftar",
    **dict.fromkeys(("forecast", "road"), "memperkirakan-kepesertaan"),
    "imports": "mengelola-impor", "init": "membuat-ruang-kerja", "ledger":
    "menyusun-buku-kepesertaan", "link": "memadankan-orang", "match": "memadankan-dua-tabel",
    "measure": "mengukur-cakupan", "places boundaries": "memakai-kota-lain", "places bridge":
    "memakai-kota-lain", "places import": "memakai-kota-lain", "plan":
    "menyusun-rencana", "documents": "menulis-dokumen-rencana", "report": "menulis-laporan",
    "review export": "meninjau-pasangan", "review import": "meninjau-pasangan", "synth":
    "membuat-kota-rekaan", "target add": "mencatat-penyebut-dan-target", "target list":
    "mencatat-penyebut-dan-target", "withdraw": "mengelola-impor",
    **dict.fromkeys(
        ("law show", "law contribution", "law benefit", "law family", "law diff", "law status",
         "law cases"), "menghitung-iuran-dan-manfaat",
    ),
}  # fmt: skip


def cell(text: str | None) -> str:
    """Return text that fits one cell of a Markdown table."""
    return " ".join((text or "").split()).replace("|", "\\|")


def commands() -> dict[str, TyperCommand]:
    """Return every command by its words, without ``cakup``."""
    found: dict[str, TyperCommand] = {}

    def walk(command: object, path: str) -> None:
        if isinstance(command, TyperGroup):
            for name, child in sorted(command.commands.items()):
                walk(child, f"{path} {name}".strip())
        else:
            assert isinstance(command, TyperCommand)
            found[path] = command

    walk(typer.main.get_command(build()), "")
    return found


def _options(command: TyperCommand) -> list[str]:
    lines = []
    for parameter in command.params:
        if isinstance(parameter, TyperArgument):
            name, note = (parameter.metavar or parameter.name or "").upper(), parameter.help
        else:
            assert isinstance(parameter, TyperOption)
            name, note = ", ".join(parameter.opts), parameter.help
        usual = parameter.default
        said = "wajib" if parameter.required else ""
        if isinstance(usual, int | float | str) and not isinstance(usual, bool) and usual != "":
            said = f"`{usual:g}`" if isinstance(usual, float) else f"`{usual}`"
        lines.append(f"| `{cell(name)}` | {cell(note)} | {said} |")
    return lines


def commands_page() -> str:
    """Return the page of all commands."""
    intro = (
        "# Perintah\n\nKode keluar: 0 selesai (juga bila ada baris yang dikembalikan), 1 kesalahan "
        "di dalam Cakup, 2 cara memanggil salah, 3 berkas ditolak seluruhnya, 4 aturan tidak ada, "
        "5 sedang dipakai atau tidak diizinkan. *Exit codes: 0 done, 1 fault in Cakup, 2 usage, "
        "3 input refused as a whole, 4 rule missing, 5 busy or not allowed.*\n\n"
        "Hasil ditulis ke keluaran baku, kemajuan dan catatan ke keluaran kesalahan; `--json` "
        "membuat keluaran baku hanya berisi JSON, juga kesalahannya.\n\n"
    )
    body = []
    for name, command in sorted(commands().items()):
        body += [f"## `cakup {name}`", "", inspect.cleandoc(command.help or ""), ""]
        if name in HOW_TO:
            body += [f"Panduan: [{HOW_TO[name].replace('-', ' ')}](../how-to/{HOW_TO[name]}.md).",
                     ""]  # fmt: skip
        options = _options(command)
        if options:
            body += ["| argumen atau pilihan | arti | bawaan |", "|---|---|---|", *options, ""]
    return HEAD + intro + "\n".join(body).rstrip() + "\n"


def errors_page() -> str:
    """Return the page of all error codes in both languages."""
    lines = [
        "# Kode kesalahan", "",
        "Setiap kesalahan adalah kalimat: apa, di mana, mengapa, apa yang harus dilakukan, dan "
        "kode tetap. Di dalamnya tidak pernah ada nilai pribadi. Dengan `--json` bentuknya "
        '`{"error": {"code", "what", "where", "why", "do"}}`. Alasan per baris ada di '
        "[alasan baris](alasan-baris.md).", "",
    ]  # fmt: skip
    for area in sorted(p.stem for p in MESSAGES.glob("*.yaml")):
        lines += [f"## {area}", "", "| kode | Indonesia | English |", "|---|---|---|"]
        for code, entry in sorted(messages(area).items()):
            spoken = [
                " ".join(entry[lang].get(part, "") for part in ("what", "why", "do"))
                for lang in ("id", "en")
            ]
            lines.append(f"| `{code}` | {cell(spoken[0])} | {cell(spoken[1])} |")
        lines.append("")
    return HEAD + "\n".join(lines).rstrip() + "\n"


def tables_page() -> str:
    """Return the page of all tables and columns."""
    lines = [
        "# Tabel ruang kerja", "",
        "`records`, `payments`, dan `employers` tersimpan per impor di `imports/<id>/`; yang lain "
        "berversi di `tables/`. Tipe menurut DuckDB dan Parquet; satuan ada di akhir nama (`_rp` = "
        "rupiah utuh, `_months` = bulan, `_on` = tanggal). Bulan adalah hari pertamanya.", "",
    ]  # fmt: skip
    for table in TABLES.values():
        secret = "Memuat data pribadi. " if table.identity else ""
        lines += [
            f"## {table.name}", "", f"Satu baris = {table.note}. {secret}"
            f"Diurutkan menurut `{', '.join(table.key)}`.", "",
            "| kolom | tipe | arti |", "|---|---|---|",
            *(f"| `{c.name}` | {c.type} | {cell(c.note)} |" for c in table.columns), "",
        ]  # fmt: skip
    return HEAD + "\n".join(lines).rstrip() + "\n"


def library_page() -> str:
    """Return the page of the library's public names."""
    lines = [
        "# Pustaka Python",
        "",
        "`import cakup` memuat nama-nama ini saat pertama dipakai. Contoh: "
        "[memakai dari Python](../how-to/memakai-dari-python.md).",
        "",
    ]
    public = {name: getattr(cakup, name) for name in cakup.__all__}
    modules = {name: thing for name, thing in public.items() if inspect.ismodule(thing)}
    public |= {f"{m}.{name}": getattr(thing, name) for m, thing in modules.items()
               for name in thing.__all__}  # fmt: skip
    for name, thing in sorted(public.items()):
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
            said = "Teks versi." if name == "__version__" else ""
            said = f"```text\n{inspect.getdoc(thing)}\n```" if name in modules else said
            lines += [f"## `cakup.{name}`", "", said, ""]
    return HEAD + "\n".join(lines).rstrip() + "\n"


def _beside(name: str) -> object:
    """Return a module that stands beside this one."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def guides() -> dict[str, str]:
    """Return path → content of the guides of the law, with amounts from the parameters."""
    return {
        f"../explanation/hukum/{path.name}": HEAD + fill(path.read_text(encoding="utf-8"))
        for path in sorted(GUIDES.glob("*.md"))
    }


def pages() -> dict[str, str]:
    """Return path below docs/reference → content of every generated page."""
    settings = _beside("reference_settings")
    made: dict[str, str] = settings.pages()  # type: ignore[attr-defined]
    return {
        "perintah.md": commands_page(),
        "kode-kesalahan.md": errors_page(),
        "tabel.md": tables_page(),
        "pustaka.md": library_page(),
        **{name: HEAD + text for name, text in made.items()},
        **{name: HEAD + text for name, text in law_pages().items()},
        **guides(),
    }


if __name__ == "__main__":
    PAGES.mkdir(parents=True, exist_ok=True)
    for file_name, text in pages().items():
        (PAGES / file_name).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / file_name).write_text(text, encoding="utf-8")
