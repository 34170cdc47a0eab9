"""Parameter files: what loads, what does not, what is in force when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cakup.kernel.errors import RuleError
from cakup.kernel.parameters import read_parameter, read_tree

GOOD = """
description: Contribution rate
unit: {unit}
minimum: 0
maximum: 10
values:
  2015-07-01:
    value: {first}
    status: solid
    reference: {{title: "PP 44/2015 Pasal 16"}}
  2020-01-01:
    value: {second}
    status: disputed
    reference: {{title: "PP 82/2019", href: "about:blank"}}
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "rate.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_value_in_force_is_found_by_date(tmp_path: Path) -> None:
    rate = read_parameter(_write(tmp_path, GOOD.format(unit="count", first=3, second=4)), "x.rate")
    assert rate.at(date(2019, 12, 31)).value == 3
    assert rate.at(date(2020, 1, 1)).value == 4
    assert rate.at(date(2015, 7, 1)).is_sure
    assert not rate.at(date(2026, 1, 1)).is_sure


def test_nothing_is_guessed_before_the_first_date(tmp_path: Path) -> None:
    rate = read_parameter(_write(tmp_path, GOOD.format(unit="count", first=3, second=4)), "x.rate")
    with pytest.raises(RuleError) as caught:
        rate.at(date(2015, 6, 30))
    assert caught.value.code == "parameter.not_in_force"
    assert caught.value.exit_code == 4


def test_a_share_is_exact(tmp_path: Path) -> None:
    rate = read_parameter(_write(tmp_path, GOOD.format(unit="share", first=0.1, second=0.3)), "x")
    assert rate.at(date(2016, 1, 1)).value == Decimal("0.1")
    assert rate.at(date(2021, 1, 1)).value == Decimal("0.3")


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ("status: solid", "status: sure"),
        ("    status: solid\n", ""),
        ('    reference: {title: "PP 44/2015 Pasal 16"}\n', ""),
        ("value: 3", "value: 62"),
        ("value: 3", "value: 2.5"),
        ("2020-01-01", "2014-01-01"),
        ("unit: count", "unit: furlong"),
        ("unit: count", "unit: count\nsurprise: 1"),
        ("status: solid", "status: confirmed"),
        ("values:", "values: ["),
    ],
)
def test_a_bad_file_does_not_load(tmp_path: Path, find: str, put: str) -> None:
    text = GOOD.format(unit="count", first=3, second=4)
    assert find in text
    with pytest.raises(RuleError) as caught:
        read_parameter(_write(tmp_path, text.replace(find, put)), "x.rate")
    assert caught.value.code == "parameter.bad_file"


def test_a_tree_has_dotted_keys_and_a_missing_folder_is_empty(tmp_path: Path) -> None:
    (tmp_path / "counting").mkdir()
    _write(tmp_path / "counting", GOOD.format(unit="count", first=1, second=2))
    assert list(read_tree(tmp_path)) == ["counting.rate"]
    assert read_tree(tmp_path / "nowhere") == {}
