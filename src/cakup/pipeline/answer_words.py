"""How far a figure reaches that rests on answers only: who was asked, where, when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine
    from cakup.pipeline.basis import Basis


def reach(engine: SqlEngine, basis: Basis, lang: Lang) -> str:
    """Return what a figure without participant files must say beside itself; empty with one.

    Args:
        engine: Engine in which the basis was prepared.
        basis: The basis.
        lang: Language.
    """
    if not basis.is_answers_only:
        return ""
    rows = engine.frame("""
        SELECT scope, max(as_of) AS day, count(DISTINCT person_id) AS n FROM answers
        WHERE asked = 'bpjs' AND person_id IS NOT NULL GROUP BY scope ORDER BY scope""").rows()
    n = engine.value(
        "SELECT count(DISTINCT person_id) FROM answers WHERE asked = 'bpjs'"
        " AND person_id IS NOT NULL"
    )
    told = "; ".join(
        Text("{scope} per {day}", "{scope} of {day}").format(
            lang, scope=scope, day=spelling.day(day, lang)
        )
        for scope, day, _ in rows
    )
    return Text(
        "menurut jawaban BPJS tentang {n} orang [{told}]; batas bawah, yang lain tidak ditanyakan",
        "by the insurer's answers about {n} persons [{told}]; a lower bound, nobody else was "
        "asked about",
    ).format(lang, n=spelling.count(int(n), lang), told=told)
