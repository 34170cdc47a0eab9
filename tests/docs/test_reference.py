"""What is public is documented: generated pages current, texts complete, links alive."""

from __future__ import annotations

import ast
import importlib.util
import re
import string
from pathlib import Path

import pytest

from cakup.kernel.errors import MESSAGES, messages

ROOT = Path(__file__).resolve().parents[2]
AREAS = sorted(p.stem for p in MESSAGES.glob("*.yaml"))


def _pages() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: dict[str, str] = module.pages()
    return made


def test_generated_pages_are_current() -> None:
    for name, text in _pages().items():
        held = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
        assert held == text, f"docs/reference/{name} is behind the code: run make docs"


def _holes(texts: dict[str, str]) -> set[str]:
    joined = " ".join(texts.get(part, "") for part in ("what", "why", "do"))
    return {name for _, name, _, _ in string.Formatter().parse(joined) if name}


@pytest.mark.parametrize("area", AREAS)
def test_messages_are_complete(area: str) -> None:
    for code, entry in messages(area).items():
        assert code.split(".")[0] == area
        assert set(entry) == {"id", "en"}, code
        assert _holes(entry["id"]) == _holes(entry["en"]), code
        for lang in ("id", "en"):
            assert entry[lang]["what"], code
            assert entry[lang]["do"], code


def _raised() -> set[str]:
    """Return every literal first argument of an error class in the source."""
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)) if "Error(" in source else ():
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id.endswith("Error")
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
                and re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", node.args[0].value)
            ):
                found.add(node.args[0].value)
    return found


def test_every_raised_code_has_texts() -> None:
    known = {code for area in AREAS for code in messages(area)}
    assert _raised() <= known


def _anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for head in re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M
    ):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", head).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        n = 0
        while (slug if not n else f"{slug}-{n}") in found:
            n += 1
        found.add(slug if not n else f"{slug}-{n}")
    return found


def test_links_between_pages_lead_somewhere() -> None:
    """Files exist, and so do the headings that anchors name."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    for page, text in texts.items():
        told = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
        for target, anchor in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", told):
            if "://" in target or target.startswith("mailto:"):
                continue
            path = (page.parent / target).resolve() if target else page
            where = f"{page.relative_to(ROOT)} → {target}"
            assert path.exists(), where
            if anchor:
                assert anchor in _anchors(path.read_text(encoding="utf-8")), f"{where}#{anchor}"
