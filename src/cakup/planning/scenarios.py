"""A plan under changes: one scenario is the plan with some of its numbers changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from cakup.kernel.errors import CakupError, InputError, Where
from cakup.kernel.months import DAY_OR_MONTH, parse_day
from cakup.planning.settings import (
    BASE,
    JANUARY,
    OBJECTIVES,
    PlanSettings,
    Purse,
    Quota,
    Scenario,
)

#: Key under ``plan.`` → field of the settings.
PLAN_FIELDS = {
    "yield": "yield_share", "target": "target", "start": "start", "january": "january",
    "dpa_ready": "dpa_ready", "objectives": "objectives", "criteria": "criteria",
    "stage": "stage", "changed_from": "changed_from",
}  # fmt: skip
PURSE_FIELDS = {
    "pagu_rp": "pagu_rp", "from": "first", "to": "last", "eligible": "eligible",
    "certainty": "certainty", "payer": "payer",
}  # fmt: skip
MONTH_FIELDS = ("changed_from", "start", "dpa_ready", "first", "last")
QUOTA_FIELDS = {"min": "least", "max": "most"}


def all_scenarios(settings: PlanSettings) -> tuple[tuple[Scenario, PlanSettings], ...]:
    """Return the base and every scenario with its settings.

    Raises:
        InputError: ``plan.scenario.…`` naming the scenario.
    """
    base = Scenario(BASE, {}, "Rencana dasar")
    return tuple((s, changed(settings, s)) for s in (base, *settings.scenarios))


def is_over(settings: PlanSettings, scenario: Scenario, held: PlanSettings) -> bool:
    """Return whether a scenario asks for a month that is over, or is the plan's own first one.

    A plan of a year that has begun is usually a copy of the first one with its scenarios: nobody
    starts in April any more once June is over, and a budget that changes with the first month
    planned finds nobody enrolled by this plan.

    Args:
        settings: The plan.
        scenario: One of its scenarios.
        held: The plan under its changes.
    """
    days = [day for key, day in (("plan.start", held.start),
                                 ("plan.changed_from", held.changed_from))
            if key in scenario.changes]  # fmt: skip
    return settings.is_running and any(settings.month(d, 0) <= settings.begins for d in days)


def changed(settings: PlanSettings, scenario: Scenario) -> PlanSettings:
    """Return settings with the changes of a scenario.

    Raises:
        InputError: ``plan.scenario.unknown_key``; ``plan.scenario.bad_value``.
    """
    # Who is enrolled when the budget changes has a purse: it may be empty, but stays in its place.
    is_midyear = "plan.changed_from" in scenario.changes
    for key, value in scenario.changes.items():
        if is_midyear and key.startswith("purse.") and key.endswith(".remove") and value:
            key, value = key.removesuffix("remove") + "pagu_rp", 0
        try:
            settings = _change(settings, key, value)
        except (KeyError, LookupError) as err:
            raise _refused("plan.scenario.unknown_key", settings, scenario, key) from err
        except (TypeError, ValueError, CakupError) as err:
            raise _refused("plan.scenario.bad_value", settings, scenario, key) from err
    return settings


def _refused(code: str, settings: PlanSettings, scenario: Scenario, key: str) -> InputError:
    return InputError(
        code, where=Where(file=settings.file), id=scenario.id[:40], key=key[:60],
        purses=", ".join(p.id for p in settings.purses),
    )  # fmt: skip


def _change(settings: PlanSettings, key: str, value: Any) -> PlanSettings:
    """Apply one change; KeyError for an unknown key, ValueError for a bad value."""
    head, _, rest = key.partition(".")
    if head == "plan":
        return _changed_plan(settings, PLAN_FIELDS[rest], value)
    if head == "purse":
        name, _, word = rest.rpartition(".")
        return _changed_purses(settings, name, word, value)
    if head == "quota":
        kode, _, word = rest.rpartition(".")
        return _changed_quotas(settings, kode, QUOTA_FIELDS[word], value)
    raise KeyError(key)


def _changed_plan(settings: PlanSettings, name: str, value: Any) -> PlanSettings:
    made = _value(name, getattr(settings, name), value)
    if name == "yield_share" and not 0 < made <= 1:
        raise ValueError(made)
    if name == "changed_from" and not (made.year == settings.year and made.month > 1):
        raise ValueError(made)
    if name == "january" and made not in JANUARY:
        raise ValueError(made)
    if name == "objectives":
        made = tuple(made)
        if not set(made) <= set(OBJECTIVES):
            raise ValueError(made)
    return replace(settings, **{name: made})


def _changed_purses(settings: PlanSettings, name: str, word: str, value: Any) -> PlanSettings:
    """Change one purse, or all with ``*``; ``remove`` takes it out."""
    ids = [p.id for p in settings.purses]
    if name != "*" and name not in ids:
        raise LookupError(name)
    held: list[Purse] = []
    for purse in settings.purses:
        if name not in ("*", purse.id):
            held.append(purse)
        elif word == "remove":
            held += [] if value else [purse]
        else:
            field = PURSE_FIELDS[word]
            made = _value(field, getattr(purse, field), value)
            if field == "pagu_rp" and made < 0:
                raise ValueError(made)
            held.append(replace(purse, **{field: made}))
    return replace(settings, purses=tuple(held))


def _changed_quotas(settings: PlanSettings, kode: str, name: str, value: Any) -> PlanSettings:
    """Change a quota; one that is not there yet is made."""
    held = {q.kode: q for q in settings.quotas}
    known = held.get(kode, Quota(kode))
    made = _value(name, getattr(known, name) or 0, value)
    if isinstance(made, bool) or not isinstance(made, int) or made < 0:
        raise ValueError(made)
    changes: dict[str, Any] = {name: made}
    held[kode] = replace(known, **changes)
    return replace(settings, quotas=tuple(held.values()))


def _value(name: str, old: Any, new: Any) -> Any:
    """Return the new value; a share like ``-45%`` changes the old number, whole stays whole."""
    if name in MONTH_FIELDS:
        if isinstance(new, date):
            return new.replace(day=1)
        if not DAY_OR_MONTH.fullmatch(str(new)):
            raise ValueError(new)
        return parse_day(str(new), option=name).replace(day=1)
    if isinstance(new, str) and new.endswith("%") and not isinstance(old, str):
        share = float(new.removesuffix("%").replace(",", ".")) / 100
        made = old * (1 + share) if new[0] in "+-" else old * share
        return int(made + 0.5) if isinstance(old, int) else made
    if isinstance(old, float):
        return float(new)
    if isinstance(old, int) and not isinstance(old, bool):
        if isinstance(new, bool) or not isinstance(new, int):
            raise ValueError(new)
        return new
    return new
