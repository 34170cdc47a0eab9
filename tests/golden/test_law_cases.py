"""Worked cases with their source: published, quoted, paid, and made from the text of a rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cakup.kernel.language import LANGS
from cakup.law.cases import read_cases, run_case, run_cases
from cakup.law.catalogue import built_in

FOLDER = Path(__file__).parent / "law"
FILES = ("worked-examples.yaml", "rule-cases.yaml", "independent-cases.yaml")
CASES: list[Any] = [case for name in FILES for case in read_cases(FOLDER / name)]
REFUSED: list[Any] = read_cases(FOLDER / "refused-cases.yaml")
#: What the wrong pages print; it must not come out.
WRONG = {
    "jakon-04-wrong": {"jkk": 1_415_000, "jkm": 145_000},
    "bpu-2025-10800-wrong": {"total": 10_800},
}


@pytest.mark.parametrize("case", CASES, ids=[str(c["id"]) for c in CASES])
def test_case_is_met(case: Any) -> None:
    assert case["source"]["title"]
    result = run_case(case, built_in())
    assert result.status == "pass", (result.difference, result.reason)
    assert result.computed


def test_cases_have_names_of_their_own() -> None:
    names = [case["id"] for case in (*CASES, *REFUSED)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("case", REFUSED, ids=[str(c["id"]) for c in REFUSED])
def test_case_is_refused_with_its_code(case: Any) -> None:
    for lang in LANGS:
        result = run_case(case, built_in(), lang=lang)
        assert result.status == case["status"]
        assert f"[{case['code']}]" in result.reason
        assert all(name in result.reason for name in case.get("names", ()))


@pytest.mark.parametrize("name", WRONG)
def test_wrong_pages_are_not_reproduced(name: str) -> None:
    case = next(c for c in CASES if c["id"] == name)
    computed = run_case(case, built_in()).computed
    assert all(computed[key] != value for key, value in WRONG[name].items())


def test_all_worked_examples_are_carried(shared: Path) -> None:
    theirs = read_cases(shared / "legal" / "worked-examples.yaml")
    assert read_cases(FOLDER / "worked-examples.yaml") == theirs
    assert {r.status for r in run_cases(theirs, built_in())} == {"pass"}
