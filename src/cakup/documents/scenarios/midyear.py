"""What a budget changed in the middle of the year does, on the page of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cakup.documents.markup import Markup, el
from cakup.documents.report.words import section
from cakup.documents.scenarios.folding import Row, folding
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.kernel.months import parse_day

HEADS = (
    Text("Dompet", "Purse"), Text("Sudah dibayar", "Paid before"),
    Text("Sisa pagu", "Left of the pagu"), Text("Kewajiban s.d. Desember", "Owed to December"),
    Text("Kurang", "Short"), Text("Tidak cukup sejak", "Short from"),
)  # fmt: skip
TITLE = Text("Pagu berubah di tengah tahun", "The pagu changes in the middle of the year")


def changed(s: Mapping[str, Any], lang: Lang) -> list[Markup]:
    """Return one section per scenario whose budget changes in the middle of the year.

    Args:
        s: Summary of the plan.
        lang: Language.
    """
    return [_changed(one, lang) for one in s["scenarios"] if one.get("mid_year")]


def _changed(one: Mapping[str, Any], lang: Lang) -> Markup:
    held = one["mid_year"]
    lead, *rest = held["told"][lang]
    rows = [
        Row(p["id"], (
            *(spelling.rupiah(p[k], lang) for k in ("spent_before_rp", "left_rp", "owed_rp")),
            spelling.rupiah(p["short_rp"], lang) if p["short_rp"] else "–",
            _month(p["short_from"], lang),
        ), warned=(3,) if p["short_rp"] else ())
        for p in held["purses"]
    ]  # fmt: skip
    words = Text(one["title"], one["title"]) if one["title"] else TITLE
    table = folding([word(lang) for word in HEADS], rows, (3,))
    return section(
        f"perubahan-{one['id']}", words, Text(lead, lead), lang,
        el("div", table, class_="scroll"),
        el("ul", [el("li", line) for line in rest], class_="notes block"),
    )  # fmt: skip


def _month(month: str | None, lang: Lang) -> str:
    return "–" if month is None else spelling.month(parse_day(month, option="month"), lang)
