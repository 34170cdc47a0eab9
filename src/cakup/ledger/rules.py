"""Counting rules in force on a day: dated parameters with a source and a status.

The built-in values stand in ``parameters/counting/*.yaml``; a workspace adds its own dated answers
in ``parameters/counting/`` under the same names (``docs/reference/parameter.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from cakup.kernel.errors import RuleError
from cakup.kernel.parameters import Parameter, Value, read_tree, with_local
from cakup.kernel.schemas import PAYERS, SEGMENTS

BUILT_IN = Path(__file__).parent / "parameters"

#: Parameters whose value is one of a few words.
CHOICES: dict[str, tuple[str, ...]] = {
    "counting.lapse_moment": ("next_month_start", "last_month_end"),
    "counting.jkm_waiting_reading": ("strict", "inclusive"),
    "counting.jkm_clock_restart": ("after_lapse", "any_gap", "never"),
    "counting.jkm_in_arrears": ("open", "covered", "not_covered"),
}
#: Parameters whose value is a list of words, separated by commas.
LISTS: dict[str, tuple[str, ...]] = {
    "counting.kpi_zero_below_full_payers": PAYERS,
    "counting.over_age_segments": SEGMENTS,
}
#: Result → parameters on which it rests; used to mark figures.
TOUCHES: dict[str, tuple[str, ...]] = {
    "active": ("counting.lapse_after_unpaid_months", "counting.lapse_moment"),
    "jkm": (
        "counting.jkm_waiting_months", "counting.jkm_waiting_reading",
        "counting.jkm_clock_restart", "counting.jkm_in_arrears",
        "counting.lapse_after_unpaid_months", "counting.lapse_moment",
    ),
    "kpi": ("counting.kpi_full_months", "counting.kpi_zero_below_full_payers"),
    "over_age": ("counting.over_age_from_years", "counting.over_age_segments"),
    "arrears": ("counting.pu_due_day",),
    "small_cell": ("counting.small_cell",),
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """The counting rules in force on one day.

    Args:
        day: The day.
        lapse_after_unpaid_months: Unpaid months in a row after which a BPU enrolment is not active.
        lapse_moment: ``next_month_start`` or ``last_month_end`` (of the last of these months).
        jkm_waiting_months: Months of membership before the full death benefit.
        jkm_waiting_reading: ``strict`` = only after the last waiting month; ``inclusive``.
        jkm_clock_restart: ``after_lapse``, ``any_gap`` or ``never``.
        jkm_in_arrears: ``open``, ``covered`` or ``not_covered`` in an unpaid, not lapsed month.
        kpi_full_months: Months in a calendar year that give the full KPI weight.
        kpi_zero_below_full_payers: Payers whose months count 0 below that.
        over_age_from_years: Age in completed years that is over the limit.
        over_age_segments: Segments to which the limit applies.
        pu_due_day: Day of the following month by which PU contributions are due.
        small_cell: Groups of fewer persons than this (but not 0) are not published.
        values: The dated values used, by key, with source and status.
    """

    day: date
    lapse_after_unpaid_months: int
    lapse_moment: str
    jkm_waiting_months: int
    jkm_waiting_reading: str
    jkm_clock_restart: str
    jkm_in_arrears: str
    kpi_full_months: int
    kpi_zero_below_full_payers: tuple[str, ...]
    over_age_from_years: int
    over_age_segments: tuple[str, ...]
    pu_due_day: int
    small_cell: int
    values: dict[str, Value]

    def marks(self, *results: str) -> tuple[str, ...]:
        """Return the keys of values that are not sure and touch these results.

        Args:
            results: Keys of ``TOUCHES``: ``active``, ``jkm``, ``kpi``, ``over_age``, ``arrears``,
                ``small_cell``. None given = all.
        """
        keys = {k for r in (results or TOUCHES) for k in TOUCHES[r]}
        return tuple(sorted(k for k in keys if not self.values[k].is_sure))


def parameters(local: Path | None = None, known: date | None = None) -> dict[str, Parameter]:
    """Return the counting parameters, with a workspace's own answers added.

    Args:
        local: The workspace's ``parameters`` folder, None for the built-in values only.
        known: Leave out local answers confirmed after this day.
    """
    built_in = _built_in()
    answers = read_tree(local / "counting", "counting") if local else {}
    return with_local(built_in, answers, known)


@cache
def _built_in() -> dict[str, Parameter]:
    """Return the package's own values; they do not change while it runs."""
    return read_tree(BUILT_IN)


def rules_at(day: date, local: Path | None = None, known: date | None = None) -> Rules:
    """Return the counting rules in force on a day.

    Args:
        day: The day for which is counted.
        local: The workspace's ``parameters`` folder.
        known: Leave out local answers confirmed after this day.

    Raises:
        RuleError: ``parameter.not_in_force`` before 2015-07-01; ``parameter.bad_choice``;
            ``parameter.bad_file``; ``parameter.unknown_key``; ``parameter.other_unit``.
    """
    values = {key: p.at(day) for key, p in parameters(local, known).items()}
    for key, choices in CHOICES.items():
        _hold(key, (str(values[key].value),), choices, day)
    for key, choices in LISTS.items():
        _hold(key, _words(values[key]), choices, day)
    given = {
        key.removeprefix("counting."): _words(v) if key in LISTS else v.value
        for key, v in values.items()
    }
    return Rules(day=day, values=values, **cast("dict[str, int]", given))  # type: ignore[arg-type]


def _words(value: Value) -> tuple[str, ...]:
    """Return the words of a list parameter, sorted."""
    return tuple(sorted(w.strip() for w in str(value.value).split(",") if w.strip()))


def _hold(key: str, given: tuple[str, ...], choices: tuple[str, ...], day: date) -> None:
    """Refuse a value that is none of the choices."""
    if not set(given) <= set(choices):
        raise RuleError(
            "parameter.bad_choice", key=key, day=day.isoformat(), choices=", ".join(choices)
        )


def rule_periods(
    first: date, last: date, local: Path | None = None, known: date | None = None
) -> list[tuple[date, date, Rules]]:
    """Return the periods between two days in which the counting rules stay the same.

    Args:
        first: First day wanted; days before every rule is in force are left out.
        last: Last day wanted.
        local: The workspace's ``parameters`` folder.
        known: Leave out local answers confirmed after this day.

    Returns:
        First day, last day and rules of each period, oldest first.
    """
    found = parameters(local, known)
    in_force = max(p.values[0].since for p in found.values())
    changes = {v.since for p in found.values() for v in p.values}
    starts = sorted({max(first, in_force)} | {d for d in changes if first < d and in_force < d})
    starts = [d for d in starts if d <= last]
    ends = [d - timedelta(days=1) for d in starts[1:]] + [last]
    return [(a, b, rules_at(a, local, known)) for a, b in zip(starts, ends, strict=False)]
