"""Worked cases: read a file, compute everything that the inputs allow, compare with what is known.

The shape is that of the project's golden cases (``tests/golden/law/cases.yaml``): ``examples`` with
``id, date, programme, kind, inputs`` and, if known, ``expected``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

import yaml

from cakup.kernel.errors import CakupError, InputError, RuleError, UsageError
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import parse_day
from cakup.kernel.parameters import read_text
from cakup.law.catalogue import Catalogue
from cakup.law.questions.answer import Answer
from cakup.law.questions.ask import ask, read_programmes
from cakup.law.questions.facts import INPUTS, read_facts
from cakup.law.questions.idle import idle_inputs

State = Literal["pass", "fail", "unsupported", "error"]
STATES: tuple[State, ...] = ("pass", "fail", "unsupported", "error")
CASE_KEYS = frozenset(
    {"id", "programme", "date", "kind", "inputs", "expected", "source", "recomputed", "note"}
)
#: Errors that say "Cakup does not know this", not "the case is wrong".
NOT_KNOWN = frozenset(
    {"law.unconfirmed", "law.rule.no_package", "law.base.unknown_band", "law.input.missing"}
)
#: Every result that a case may expect.
OUTPUTS = frozenset(
    """jkk jkm jht jht_worker jht_employer jht_total jp_worker jp_employer jp_total jkp_total
    jkk_normal jkm_normal jht_normal jht_worker_normal jht_employer_normal jht_total_normal
    jp_worker_normal jp_employer_normal jp_total_normal worker_total employer_total jkk_plus_jkm
    total total_normal per_month per_month_1_3 per_month_4_6 lump_sum periodic funeral
    multiple_of_wage scholarship per_child benefit fine jp_ceiling jp_min jp_max
    latest_registration_month jkp_from_jkk jkp_from_jkm jkp_government jkk_after_jkp jkm_after_jkp
    before_departure during_and_after tax benefit_after_tax arrears""".split()
)
IDLE = Text("Tidak memengaruhi hasil: {names}.", "Made no difference: {names}.")
WRONG_PAGE = Text(
    "Halaman sumbernya keliru; yang diharapkan adalah bacaan kami.",
    "The page is wrong; what is expected is our reading.",
)
WEAK = Text(
    "Upahnya disimpulkan dari jumlahnya; uji yang lemah.",
    "The wage was inferred from the total; a weak test.",
)


@dataclass(frozen=True)
class Result:
    """What became of one case.

    Args:
        id: Name of the case.
        status: ``pass``, ``fail``, ``unsupported`` or ``error``.
        computed: Every result.
        difference: For each expected result that differs, computed − expected; None if it was not
            computed.
        assumed: What was not stated, with the value taken.
        unconfirmed: Keys of values that are not sure and touch a result.
        reason: Why, empty for a plain pass.
        answer: The whole answer, None after an error.
    """

    id: str
    status: State
    computed: dict[str, Any] = field(default_factory=dict)
    difference: dict[str, Any] = field(default_factory=dict)
    assumed: dict[str, Any] = field(default_factory=dict)
    unconfirmed: tuple[str, ...] = ()
    reason: str = ""
    answer: Answer | None = None

    def payload(self) -> dict[str, Any]:
        """Return the result as it is written to a file."""
        return {
            "id": self.id, "status": self.status, "computed": self.computed,
            "difference": self.difference, "assumed": self.assumed,
            "unconfirmed": list(self.unconfirmed), "reason": self.reason,
        }  # fmt: skip


def read_cases(path: Path) -> list[Mapping[str, Any]]:
    """Return the cases of a file, numbers as text.

    Args:
        path: YAML file: a mapping with ``examples`` (or ``cases``), or a list.

    Raises:
        InputError: ``law.cases.bad_file``.
    """
    try:
        loaded = read_text(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as err:
        raise InputError("law.cases.bad_file", path=path.name, reason="YAML") from err
    if isinstance(loaded, Mapping):
        loaded = loaded.get("examples", loaded.get("cases"))
    if not isinstance(loaded, list) or not all(isinstance(c, Mapping) for c in loaded):
        raise InputError("law.cases.bad_file", path=path.name, reason="examples")
    return loaded


def run_cases(
    cases: Iterable[Mapping[str, Any]], catalogue: Catalogue, *, allow_unconfirmed: bool = False,
    lang: Lang = "id",
) -> list[Result]:  # fmt: skip
    """Return what became of each case, in order.

    Args:
        cases: Cases as read by ``read_cases``.
        catalogue: Parameters.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.
        lang: Language of the reasons.
    """
    return [
        run_case(case, catalogue, number=n, allow_unconfirmed=allow_unconfirmed, lang=lang)
        for n, case in enumerate(cases, 1)
    ]


def run_case(
    case: Mapping[str, Any], catalogue: Catalogue, *, number: int = 1,
    allow_unconfirmed: bool = False, lang: Lang = "id",
) -> Result:  # fmt: skip
    """Compute one case and compare it with what it expects.

    Args:
        case: The case.
        catalogue: Parameters.
        number: Its place in the file, for a case without id.
        allow_unconfirmed: Whether rupiah amounts that nobody has confirmed may be used.
        lang: Language of the reason.
    """
    name = str(case.get("id", f"#{number}"))
    try:
        facts = read_facts(_inputs(case))
        day = _day_of(case)
        programmes = read_programmes(_text(case.get("programme")))
        answer = ask(
            day, facts, programmes, catalogue=catalogue, allow_unconfirmed=allow_unconfirmed
        )
    except CakupError as err:
        state: State = "unsupported" if err.code in NOT_KNOWN else "error"
        return Result(name, state, reason=err.spoken(lang))
    idle = idle_inputs(
        day, facts, programmes, answer, catalogue=catalogue, allow_unconfirmed=allow_unconfirmed
    )
    return _compared(name, case, answer, idle, lang)


def _inputs(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the inputs of a case; one that stands beside ``inputs`` is in the wrong place."""
    for key in case:
        if key in INPUTS and key not in CASE_KEYS:
            raise UsageError("law.input.unknown", name=key, near=f"inputs: {{{key}: …}}")
    inputs = case.get("inputs") or {}
    if not isinstance(inputs, Mapping):
        raise UsageError("law.input.bad_value", name="inputs", expected="mapping")
    return inputs


def _text(value: Any) -> str | None:
    """Return a programme text; a list is joined."""
    return "+".join(map(str, value)) if isinstance(value, list) else value


def _day_of(case: Mapping[str, Any]) -> date:
    """Return the day of a case."""
    given = case.get("date")
    if given is None:
        raise UsageError("law.input.bad_value", name="date", expected="TTTT-BB-HH")
    return given if isinstance(given, date) else parse_day(str(given), option="date")


def _compared(
    name: str, case: Mapping[str, Any], answer: Answer, idle: tuple[str, ...], lang: Lang
) -> Result:
    """Set the computed beside the expected."""
    expected = case.get("expected") or {}
    difference: dict[str, Any] = {}
    reported = [key for key in expected if key not in OUTPUTS]
    for key, wanted in expected.items():
        if key in OUTPUTS:
            found = answer.computed.get(key)
            apart = _apart(found, wanted)
            if apart is not False:
                difference[key] = apart
    missing = [key for key in difference if key not in answer.computed]
    state: State = "pass"
    if difference:
        state = "unsupported" if len(missing) == len(difference) else "fail"
    elif reported and len(reported) == len(expected):
        state = "unsupported"
    told = _reasons(case, answer, missing, reported, lang)
    if idle:
        told.append(IDLE.format(lang, names=", ".join(idle)))
    reason = " ".join(told)
    return Result(
        name, state, answer.computed, difference, answer.assumed, answer.unconfirmed, reason, answer
    )  # fmt: skip


def _apart(found: Any, wanted: Any) -> Any:
    """Return False if both are the same, else the difference; None if nothing was computed."""
    if found is None:
        return None
    try:
        if isinstance(found, int):
            gap = found - Decimal(str(wanted).replace("_", ""))
            whole = gap == gap.to_integral_value()
            return False if gap == 0 else (int(gap) if whole else str(gap))
    except InvalidOperation:
        return f"{found} ≠ {wanted}"
    return False if str(found) == str(wanted) else f"{found} ≠ {wanted}"


def _reasons(
    case: Mapping[str, Any], answer: Answer, missing: list[str], reported: list[str], lang: Lang
) -> list[str]:
    """Say in words what a reader must know about the comparison."""
    told: list[str] = []
    kind = case.get("kind")
    if kind == "known_wrong":
        told.append(WRONG_PAGE(lang))
    if kind == "inferred_wage":
        told.append(WEAK(lang))
    if reported:
        told.append(
            Text(
                "Dilaporkan sumber, bukan hasil hitungan: {names}.",
                "Reported by the source, not a result: {names}.",
            ).format(lang, names=", ".join(reported))
        )
    if missing:
        told.append(
            Text("Tidak dapat dihitung: {names}.", "Not computed: {names}.").format(
                lang, names=", ".join(missing)
            )
        )
        told += [gap.error.spoken(lang) for gap in answer.gaps]
    return told


def count_states(results: Iterable[Result]) -> dict[str, int]:
    """Return how many cases came to each state."""
    listed = [r.status for r in results]
    return {state: listed.count(state) for state in STATES}


def write_results(results: Iterable[Result], path: Path) -> None:
    """Write the results as YAML, whole or not at all.

    Args:
        results: Results.
        path: File to write; it appears whole or not at all.
    """
    body = {"results": [_plain(r.payload()) for r in results]}
    text = yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=100)
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _plain(value: Any) -> Any:
    """Return a value that YAML and JSON can hold."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value if isinstance(value, int | str | bool | type(None)) else str(value)


def of_unknown_rule(err: CakupError) -> bool:
    """Return whether an error says that a rule is not recorded."""
    return isinstance(err, RuleError) or err.code in NOT_KNOWN
