"""If it is public it has a page: names, commands, options, settings, parameters, codes, columns."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from typer.core import TyperOption

import cakup
from cakup.intake.correction import KEYS
from cakup.intake.kinds import all_fields
from cakup.intake.reading.notes import NOTES
from cakup.intake.reasons import reasons
from cakup.kernel.errors import MESSAGES, messages
from cakup.kernel.schemas import KINDS, PAYERS, PROGRAMS, SEGMENTS, TABLES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HOW_TO = sorted((DOCS / "how-to").glob("*.md"))
#: Pages for users, with an English summary; decisions and generated pages have none.
TOLD = [*HOW_TO, *sorted((DOCS / "explanation").glob("*.md")),
        *sorted((DOCS / "tutorial").glob("*.md")), DOCS / "README.md"]  # fmt: skip
#: One screen: a how-to of more lines does two things.
SCREEN_LINES = 100
#: Options that every command has and no page repeats.
COMMON = {"--json", "--lang", "--quiet", "--wait", "--workspace", "-w", "--help"}


@cache
def _reference() -> ModuleType:
    path = ROOT / "scripts" / "reference.py"
    spec = importlib.util.spec_from_file_location("reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _commands() -> dict[str, Any]:
    return dict(_reference().commands())


@cache
def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _lacking(names: set[str] | list[str], page: str) -> list[str]:
    return sorted(n for n in names if f"`{n}`" not in _text(page))


def test_every_public_name_is_documented() -> None:
    assert not _lacking([f"cakup.{name}" for name in cakup.__all__], "reference/pustaka.md")
    for name in cakup.__all__:
        assert getattr(cakup, name).__doc__ or name == "__version__", name


def test_every_command_and_option_is_documented() -> None:
    page = _text("reference/perintah.md")
    for name, command in _commands().items():
        section = page.split(f"## `cakup {name}`\n", 1)[1].split("\n## ", 1)[0]
        assert command.help, name
        for parameter in command.params:
            assert parameter.help or parameter.name in COMMON, f"{name}: {parameter.name}"
            if isinstance(parameter, TyperOption):
                assert f"`{', '.join(parameter.opts)}`" in section, f"{name}: {parameter.opts}"


def test_every_command_has_a_how_to_that_uses_it() -> None:
    pages = _reference().HOW_TO
    assert set(pages) == set(_commands())
    for name, page in pages.items():
        assert f"cakup {name}" in _text(f"how-to/{page}.md"), f"{page}.md does not use cakup {name}"


def test_every_option_is_told_somewhere_in_the_how_to_of_its_command() -> None:
    """A reader finds each option of a command on its page, the common ones aside."""
    missing = []
    for name, command in _commands().items():
        page = _text(f"how-to/{_reference().HOW_TO[name]}.md")
        options = [p.opts for p in command.params if isinstance(p, TyperOption)]
        for opts in options:
            if not set(opts) & COMMON and not any(option in page for option in opts):
                missing.append(f"{name} {opts[0]}")
    assert not missing


def _calls(text: str) -> list[list[str]]:
    """Return the words of every call of ``cakup`` in the shell blocks of a page."""
    found = []
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        joined = re.sub(r"\\\n\s*", "", block)
        lines = [x for line in joined.splitlines() for x in line.split("&&")]
        for line in lines:
            if line.strip().startswith("cakup "):
                found.append(shlex.split(line.strip(), comments=True)[1:])
    return found


@pytest.mark.parametrize("page", [*TOLD, ROOT / "README.md"], ids=lambda p: p.stem)
def test_calls_in_pages_are_real(page: Path) -> None:
    """Every command in a page exists and takes the options that the page gives it."""
    commands = _commands()
    for words in _calls(page.read_text(encoding="utf-8")):
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in commands), None)
        assert name is not None, f"no command: cakup {' '.join(words[:2])}"
        known = {o for p in commands[name].params for o in getattr(p, "opts", [])}
        given = {w for w in words if re.fullmatch(r"--[a-z-]+|-w", w)}
        assert given <= known, f"cakup {name} has no {sorted(given - known)}"


def test_every_code_is_documented() -> None:
    codes = {code for path in MESSAGES.glob("*.yaml") for code in messages(path.stem)}
    assert not _lacking(codes, "reference/kode-kesalahan.md")
    assert not _lacking({*reasons(), *NOTES}, "reference/alasan-baris.md")


def test_every_column_is_documented() -> None:
    for table in TABLES.values():
        section = _text("reference/tabel.md").split(f"## {table.name}\n", 1)[1].split("\n## ")[0]
        assert not [c.name for c in table.columns if f"`{c.name}`" not in section], table.name


def test_every_setting_is_documented() -> None:
    mapping = {*KEYS, *PAYERS, *KINDS, *(f.name for f in all_fields())}
    assert not _lacking(mapping, "reference/pemetaan-kolom.md")
    source = (ROOT / "src" / "cakup" / "pipeline" / "workspace.py").read_text(encoding="utf-8")
    keys = set(re.findall(r"\\n(\w+) = |\{head\}(\w+) = ", source))
    assert {"place", "format"} == {a or b for a, b in keys}
    assert not _lacking({"place", "format", *_environment()}, "reference/setelan.md")


def _environment() -> set[str]:
    """Return the environment variables that the source reads."""
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)) if "CAKUP_" in source else ():
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.fullmatch(r"CAKUP_[A-Z_]+", text):
                found.add(text)
    assert found
    return found


def _parameter_keys(raw: object, key: str) -> list[str]:
    """Return the keys of everything with dated values in a parameter file."""
    if isinstance(raw, list):
        return [f"{key}.{one['id']}" for one in raw if isinstance(one, dict) and "id" in one]
    assert isinstance(raw, dict), key
    if "values" in raw:
        return [key]
    return [k for name, held in raw.items() if isinstance(held, dict | list)
            for k in _parameter_keys(held, f"{key}.{name}")]  # fmt: skip


def test_every_parameter_is_documented() -> None:
    pages = "\n".join(p.read_text(encoding="utf-8") for p in (DOCS / "reference").glob("*.md"))
    for path in (ROOT / "src" / "cakup").glob("*/parameters/**/*.yaml"):
        parts = path.relative_to(ROOT / "src" / "cakup").with_suffix("").parts[2:]
        under = [part for part in parts if part != "index"]
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key in _parameter_keys(raw, ".".join(under)):
            assert f"`{key}`" in pages, key


def test_words_of_closed_lists_are_in_the_glossary() -> None:
    glossary = _text("reference/istilah.md")
    for word in (*SEGMENTS, *PROGRAMS, "pemberi_kerja"):
        assert f"`{word}`" in glossary, word


@pytest.mark.parametrize("page", TOLD, ids=lambda p: p.stem)
def test_pages_end_with_english_and_fit_a_screen(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# ")
    heads = re.findall(r"^## (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    assert heads[-1] == "In English"
    if page in HOW_TO:
        assert len(text.splitlines()) <= SCREEN_LINES


def test_every_page_is_reached_from_the_index() -> None:
    linked = set(re.findall(r"\]\(([a-z-]+/[^)#]+\.md)", _text("README.md")))
    pages = {p.relative_to(DOCS).as_posix() for p in DOCS.glob("*/*.md")}
    free = ("decisions/", "reference/parameter-")
    assert {p for p in pages - linked if not p.startswith(free)} == set()


def test_decision_papers_are_numbered_once_and_whole() -> None:
    papers = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [p.name[:4] for p in papers]
    assert len(set(numbers)) == len(numbers)
    for paper in papers:
        text = paper.read_text(encoding="utf-8")
        assert text.startswith(f"# {paper.name[:4]} "), paper.name
        for part in ("Status:", "**Konteks.**", "**Pilihan.**"):
            assert part in text, f"{paper.name}: {part}"


def test_pages_named_in_the_source_exist() -> None:
    """Error texts and docstrings send a reader to pages that are there."""
    for path in (ROOT / "src").rglob("*"):
        if path.suffix in {".py", ".yaml"}:
            text = path.read_text(encoding="utf-8")
            for name in re.findall(r"docs/[a-z-]+/[a-z0-9-]+\.md", text):
                assert (ROOT / name).exists(), f"{path.relative_to(ROOT)} names {name}"
            for number in re.findall(r"(?:decision|keputusan) (\d{4})", text):
                assert list((DOCS / "decisions").glob(f"{number}-*.md")), f"{path.name}: {number}"
