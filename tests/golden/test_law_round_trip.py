"""Every regulation replayed in order gives the current tables; derived series come out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cakup.kernel.errors import RuleError
from cakup.law.catalogue import built_in
from cakup.law.history import diff
from cakup.law.regulations import regulations, replay, set_by, tables_of
from cakup.law.series import check_series


def test_regulations_replayed_in_order_equal_the_tables() -> None:
    assert replay(regulations()) == tables_of(built_in())


def test_a_slip_in_either_is_seen() -> None:
    listed = list(regulations())
    assert replay(listed[:-1]) != tables_of(built_in())


def test_old_law_is_never_overwritten() -> None:
    listed = list(regulations())
    again = replace(listed[-1], id="again", changes={"jkm.iuran.bpu": {date(2015, 7, 1): "1"}})
    with pytest.raises(RuleError) as caught:
        replay([*listed, again])
    assert caught.value.code == "parameter.bad_file"


def test_every_value_was_set_by_a_regulation() -> None:
    for parameter in built_in().all():
        for value in parameter.values:
            assert set_by(parameter, value.since) is not None, (parameter.key, value.since)


def test_every_yearly_value_of_jp_is_recomputed() -> None:
    checks = check_series(built_in())
    assert len(checks) == 33
    assert [c for c in checks if not c.agrees] == []
    assert {c.year for c in checks} == set(range(2016, 2027))


def test_diff_names_what_changed_and_for_whom() -> None:
    changes = diff(date(2026, 3, 31), date(2026, 4, 1), built_in())
    assert [c.parameter.key for c in changes] == ["diskon.pp50_2025.bpu_lain"]
    regulation = changes[0].regulation
    assert regulation is not None
    assert regulation.id == "pp-50-2025"
    assert regulation.concerns.id
