"""Every rule names its articles, has a sentence in both languages, and reads only what it says."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from cakup.kernel.errors import CakupError
from cakup.kernel.parameters import Value
from cakup.law.cases import read_cases
from cakup.law.catalogue import built_in
from cakup.law.questions.answer import Answer
from cakup.law.questions.ask import ask, read_programmes
from cakup.law.questions.facts import Facts, read_facts
from cakup.law.rules import RULES, all_rules
from cakup.law.terms import Terms

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "law"
RULE_NAMES = sorted(all_rules())


@pytest.mark.parametrize("name", RULE_NAMES)
def test_rule_says_what_it_is(name: str) -> None:
    rule = RULES[name]
    assert rule.articles, "no Law: part in the docstring"
    assert "Returns:" in (inspect.getdoc(rule.function) or "")
    assert rule.says.id
    assert rule.says.en


@pytest.mark.parametrize("name", RULE_NAMES)
def test_declared_parameters_exist(name: str) -> None:
    keys = built_in().keys()
    for pattern in RULES[name].keys:
        single = type(RULES[name])("", "", (pattern,), RULES[name].says, RULES[name].function)
        assert any(single.reads(key) for key in keys), pattern


def _answers() -> Iterator[Answer]:
    for path in [*sorted(GOLDEN.glob("*-examples.yaml")), GOLDEN / "rule-cases.yaml"]:
        for case in read_cases(path):
            facts = read_facts(case.get("inputs") or {})
            day = date.fromisoformat(str(case["date"]))
            programmes = read_programmes(case.get("programme"))
            yield ask(day, facts, programmes, catalogue=built_in(), allow_unconfirmed=True)


def test_rules_read_only_what_they_declare() -> None:
    """Otherwise ``cakup law status`` would not name everything that rests on a value."""
    used: set[str] = set()
    for answer in _answers():
        for step in answer.steps:
            used.add(step.rule.name)
            undeclared = [key for key in step.values if not step.rule.reads(key)]
            assert not undeclared, (step.rule.name, undeclared)
    assert len(used) > 40


def test_sentences_can_be_spoken_in_both_languages() -> None:
    for answer in _answers():
        for step in answer.steps:
            for lang in ("id", "en"):
                said = step.spoken(lang)
                assert "{" not in said
                assert step.sources


def test_terms_remember_what_was_asked() -> None:
    terms = Terms(date(2026, 4, 1), built_in())
    with terms.watch() as outer:
        terms.rp("jkm.iuran.bpu")
        with terms.watch() as inner:
            terms.rate("jkm.iuran.pu.tarif")
    assert set(inner) == {"jkm.iuran.pu.tarif"}
    assert set(outer) == {"jkm.iuran.bpu", "jkm.iuran.pu.tarif"}


@contextmanager
def _refused(code: str) -> Iterator[None]:
    with pytest.raises(CakupError) as caught:
        yield
    assert caught.value.code == code


def test_unconfirmed_rupiah_amounts_are_refused_unless_allowed() -> None:
    day = date(2026, 4, 1)
    with _refused("law.unconfirmed"):
        Terms(day, built_in()).rp("jht.pajak.batas_nol")
    allowed = Terms(day, built_in(), allow_unconfirmed=True)
    assert allowed.rp("jht.pajak.batas_nol") == 50_000_000


def test_rates_and_counts_from_memory_run_with_a_mark() -> None:
    answer = ask(
        date(2026, 4, 1), Facts(segment="magang", wage=2_000_000), catalogue=built_in()
    )  # fmt: skip
    assert answer.computed["total"] == 10_800
    assert "magang.iuran_tarif_jkk" in answer.marks["total"]


def test_rounding_marks_only_where_something_was_left_over() -> None:
    def marks(wage: int) -> tuple[str, ...]:
        facts = Facts(segment="pu", wage=wage, risk_group=1)
        return ask(date(2026, 4, 1), facts, catalogue=built_in()).marks["jkk"]

    assert marks(10_000_000) == ()
    assert marks(10_000_001) == ("umum.pembulatan.iuran",)


def test_a_relief_that_does_not_run_leaves_no_mark() -> None:
    with Terms(date(2024, 1, 1), built_in()).watch() as seen:
        pass
    assert seen == {}
    terms = Terms(date(2024, 1, 1), built_in())
    with terms.watch() as read:
        assert terms.part("diskon.pp49_2020.jkk") == 1000
    assert read == {}
    covid = Terms(date(2020, 9, 1), built_in())
    with covid.watch() as during:
        assert covid.part("diskon.pp49_2020.jkk") == 10
    assert isinstance(during["diskon.pp49_2020.jkk"], Value)
