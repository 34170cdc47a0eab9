"""Make the golden file of change dates: every programme on every date on which a parameter changes.

Run ``.venv/bin/python scripts/law_golden.py`` after a change of law and read the difference: it
must show the new regulation and nothing else.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from cakup.kernel.errors import CakupError
from cakup.law.catalogue import FIRST_DAY, built_in
from cakup.law.history import change_dates
from cakup.law.questions.ask import ask
from cakup.law.questions.facts import Facts

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden" / "law" / "change-dates.yaml"
#: Last day looked at: later changes are the pension ages of the same article.
LAST_DAY = date(2028, 12, 31)
QUESTIONS: dict[str, tuple[tuple[str, ...], Facts]] = {
    "pu": (("jkk", "jkm", "jht", "jp"), Facts(segment="pu", wage=12_345_678, risk_group=3, age=57)),
    "pu_labour_intensive": (("jkk",), Facts(segment="pu", wage=4_321_987, risk_group=2,
                                            labour_intensive=True, age=30)),
    "bpu_self": (("jkk", "jkm", "jht"), Facts(segment="bpu", base=1_200_000, payer="mandiri",
                                              sector="other")),
    "bpu_transport": (("jkk", "jkm"), Facts(segment="bpu", base=1_000_000, payer="mandiri",
                                            sector="transport")),
    "bpu_apbd": (("jkk", "jkm"), Facts(segment="bpu", base=1_000_000, payer="apbd_kabkota",
                                       sector="other")),
    "jakon": (("jkk", "jkm"), Facts(segment="jakon", contract_value=1_234_567_890)),
    "pmi": (("jkk", "jkm"), Facts(segment="pmi", channel="p3mi", months=30)),
    "magang": (("jkk", "jkm"), Facts(segment="magang", wage=2_500_000)),
    "fine": (("denda",), Facts(contribution_due=1_234_567, months_late=2)),
    "jkk_death": (("jkk",), Facts(segment="pu", event="death", wage=4_000_000, children=2,
                                  levels=("sd", "smp"))),
    "jkk_disability": (("jkk",), Facts(event="permanent_total_disability", wage=4_000_000)),
    "jkk_stmb": (("jkk",), Facts(event="stmb", wage=4_000_000, months=15)),
    "jkm": (("jkm",), Facts(segment="bpu", event="death", membership_months=2, children=1,
                            levels=("pt",))),
    "jkp": (("jkp",), Facts(event="dismissal", wage=6_000_000, months=6, membership_months=12)),
    "jp": (("jp",), Facts(event="old_age", wage=8_000_000, months=200)),
    "jht": (("jht",), Facts(event="resignation", jht_balance=70_000_000)),
}  # fmt: skip


def days() -> list[date]:
    """Return every change date with the day before and the day after."""
    found = {
        day + timedelta(days=step)
        for day in change_dates(built_in())
        for step in (-1, 0, 1)
        if day <= LAST_DAY
    }
    return sorted(found | {FIRST_DAY - timedelta(days=1)})


def answer(day: date, name: str) -> dict[str, Any] | str:
    """Return the results of a question, or the code of the error."""
    programmes, facts = QUESTIONS[name]
    try:
        return ask(day, facts, programmes, catalogue=built_in()).computed
    except CakupError as err:
        return err.code


def spells() -> dict[str, dict[str, Any]]:
    """Return for each question the days on which its answer changes, with the new answer."""
    made: dict[str, dict[str, Any]] = {}
    for name in QUESTIONS:
        last: Any = None
        made[name] = {}
        for day in days():
            found = answer(day, name)
            if found != last:
                made[name][day.isoformat()] = last = found
    return made


def text() -> str:
    """Return the golden file."""
    head = (
        "# Every programme on every date on which a parameter changes, the day before and the day\n"
        "# after; only days on which the answer differs from the one before are written.\n"
        "# Source: the rules and parameters of src/cakup/law. Made by scripts/law_golden.py.\n"
    )
    return head + yaml.safe_dump(spells(), sort_keys=False, width=100)


if __name__ == "__main__":
    GOLDEN.write_text(text(), encoding="utf-8")
