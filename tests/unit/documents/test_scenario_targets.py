"""Targets on the page of a plan: who set them and how they are read, the id only where it helps."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cakup.documents.plan.facts import target_paper
from cakup.documents.scenarios.page import _points
from cakup.documents.scenarios.picture import LEFT, TITLE, Line, scenarios
from cakup.documents.scenarios.targets import aims, aims_short, key_line, said, targets

RISE = {
    "id": "kenaikan-20-persen/B", "place": "nasional", "issuer": "Kementerian Dalam Negeri",
    "year": 2025, "document": "Permendagri 15/2024", "reading": "tiga pembacaan",
    "status": "disputed",
    "reading_words": {"id": "B: +20 poin persen dari penyebut", "en": "B: +20 points of the base"},
    "target_persons": 531, "target_share": 0.531, "short_dec31": 245, "short_avg12": 260,
    "baseline_persons": 331, "baseline_on": "2025-12-31",
}  # fmt: skip
PATH = {
    "id": "rpjmn-2025-2029", "place": "nasional", "issuer": "Bappenas", "year": 2026,
    "document": "RKP 2026 menurut pers", "reading": "RKP 2026",
    "reading_words": {"id": "RKP 2026", "en": "RKP 2026"},
    "status": "confirmed", "target_persons": 350, "target_share": 0.35, "short_dec31": 0,
    "short_avg12": 12, "baseline_persons": None, "baseline_on": None,
}  # fmt: skip


def _summary(**more: Any) -> dict[str, Any]:
    base = {"id": "dasar", "feasible": True, "target": RISE["id"], "targets": [RISE, PATH], **more}
    return {"scenarios": [base], "target": RISE["id"]}


def _words(markup: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(markup)))


def test_every_target_says_issuer_document_and_reading() -> None:
    told = _words(targets(_summary(), "id"))
    for word in (
        "1. Bappenas 2026, nasional", "2. Kementerian Dalam Negeri 2025, bacaan B", "RKP 2026",
        "Permendagri 15/2024", "dituju rencana dasar", "ada beberapa bacaan",
        "B: +20 poin persen dari penyebut, dari 331 orang pada 31 Desember 2025",
    ):  # fmt: skip
        assert word in told
    assert "tiga pembacaan" not in told
    assert told.count("tercapai") == 1
    assert told.count("belum dikonfirmasi") == 0  # the second is confirmed, the first disputed


def test_ids_stand_below_and_not_in_the_key_of_the_picture() -> None:
    held = aims(_summary())
    assert [t["id"] for t in held] == [PATH["id"], RISE["id"]]
    assert "1 Bappenas 2026, nasional: 35,0%" in _words(key_line(held, "id"))
    assert str(RISE["id"]) not in _words(key_line(held, "id"))
    assert f'<span class="sub">{RISE["id"]}</span>' in str(targets(_summary(), "id"))


@pytest.mark.parametrize(
    ("target", "told"), [(RISE["id"], "245 (2)"), (PATH["id"], "tercapai (1)"), (None, "–")]
)
def test_a_scenario_says_how_far_its_own_target_is(target: str | None, told: str) -> None:
    s = _summary(target=target)
    assert aims_short(s, s["scenarios"][0], "id") == told


def test_a_base_that_cannot_be_met_has_no_targets() -> None:
    s = {"scenarios": [{"id": "dasar", "feasible": False}], "target": None}
    assert targets(s, "id") is None


def test_a_scenario_that_can_be_met_beside_a_base_that_cannot_says_its_target() -> None:
    s = _summary()
    s["scenarios"] = [{"id": "dasar", "feasible": False}, *s["scenarios"]]
    assert targets(s, "id") is None, "the distances are those of the base"
    assert aims_short(s, s["scenarios"][1], "id") == "245 (2)"


def test_the_terminal_has_the_id_on_a_line_of_its_own() -> None:
    assert said(RISE, "id") == ["Kementerian Dalam Negeri 2025", RISE["reading_words"]["id"],
                                RISE["id"]]  # fmt: skip
    assert said(PATH, "en") == ["Bappenas 2026, national", "rpjmn-2025-2029"]


def test_papers_say_the_reading_also_of_a_plan_of_an_earlier_version() -> None:
    assert (
        target_paper(RISE) == "Permendagri 15/2024 (untuk 2025); B: +20 poin persen dari penyebut"
    )
    assert target_paper(PATH) == "RKP 2026 menurut pers (untuk 2026)"
    old = {k: v for k, v in RISE.items() if k != "reading_words"}
    assert target_paper(old) == "Permendagri 15/2024 (untuk 2025); tiga pembacaan"


def test_a_long_title_takes_two_lines_and_keeps_its_end() -> None:
    title = "Perubahan APBD Juli: pagu kota dipotong 30 persen"
    drawn = str(scenarios([Line(title), Line("Dasar", 0.1, 0.2, 0.2)], [], "id"))
    lines = re.findall(rf'<text[^>]*x="{LEFT - 10:g}"[^>]*>([^<]+)</text>', drawn)
    assert " ".join(lines) == f"{title} Dasar"
    assert all(len(line) <= TITLE for line in lines)


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.00001, "0,00"), (-0.00001, "0,00"), (0.0, "0,00"), (0.0123, "+1,23"), (-0.5, "−50,00")],
)
def test_a_difference_that_rounds_to_nothing_has_no_sign(share: float, told: str) -> None:
    assert _points(share, "id") == told
