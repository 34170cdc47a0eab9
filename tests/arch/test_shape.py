"""The house stays habitable: sizes, names, forbidden words, fictitious people only."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 70
MAX_P90_LINES = 30
VAGUE = {"utils", "helpers", "common", "misc", "base", "manager", "util", "helper"}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _forget_trees() -> Iterator[None]:
    """The other tests of the process do not carry the trees of all files along."""
    yield
    _tree.cache_clear()
    _functions.cache_clear()


@cache
def _functions(path: Path) -> list[tuple[str, int]]:
    tree = _tree(path)
    return [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_files_fit() -> None:
    lines = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES}
    assert not {str(p): n for p, n in lines.items() if n > MAX_FILE_LINES}
    assert not [str(p) for p in SOURCES if p.stem in VAGUE]
    assert not [(str(p), *f) for p in SOURCES for f in _functions(p) if f[1] > MAX_FUNCTION_LINES]


def test_functions_are_short_on_the_whole() -> None:
    lengths = sorted(n for path in SOURCES for _, n in _functions(path))
    assert lengths[int(len(lengths) * 0.9)] <= MAX_P90_LINES


def test_every_module_says_what_it_is() -> None:
    for path in SOURCES:
        assert ast.get_docstring(_tree(path)), path


def _public(path: Path) -> list[ast.FunctionDef | ast.ClassDef]:
    """Return public functions, classes and methods of a module; nested functions are private."""
    found: list[ast.FunctionDef | ast.ClassDef] = []
    for node in _tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append(node)
            if isinstance(node, ast.ClassDef):
                found += [
                    n for n in node.body if isinstance(n, ast.FunctionDef) and n.name[0] != "_"
                ]
    return found


def test_public_functions_have_docstrings() -> None:
    missing = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in _public(path)
        if not ast.get_docstring(node)
    ]
    assert not missing


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_repository_names_no_machine_and_no_package_host() -> None:
    """No absolute path of a machine, no package host, no unfinished mark in tracked text files."""
    patterns = {
        "machine path": re.compile(r"(^|[^A-Za-z0-9_.])/(work|root|farm)/"),
        "package host": re.compile(
            r"https?://[^ \"]*(/simple/|/packages/[0-9a-f]{2}/)|--index-url"
        ),
    }
    for path in _tracked():
        if path.suffix in {".png", ".parquet", ".xlsx", ".xls", ".ods"} or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for what, pattern in patterns.items():
            assert not pattern.search(text), f"{what} in {path.relative_to(ROOT)}"


def test_no_large_data_file_is_tracked() -> None:
    assert not [p for p in _tracked() if p.stat().st_size > 1_000_000]


def test_only_fictitious_people() -> None:
    """Every 16-digit number with a plausible birth date carries kecamatan digits 91–99.

    Numbers of filler kinds, hashes and rupiah are no NIKs: only texts with a birth date inside
    count.
    """
    from cakup.kernel.identifiers import is_fictitious_nik, nik_facts

    pattern = re.compile(r"(?<![0-9A-Fa-f.])([1-9][0-9]{15})(?![0-9A-Fa-f])")
    for path in _tracked():
        if path.suffix not in {".py", ".md", ".yaml", ".toml", ".csv", ".json", ".html"}:
            continue
        for nik in pattern.findall(path.read_text(encoding="utf-8", errors="replace")):
            if nik_facts(nik) is not None and int(nik[:2]) in range(11, 97):
                assert is_fictitious_nik(nik), f"{path.relative_to(ROOT)} holds a plausible NIK"
