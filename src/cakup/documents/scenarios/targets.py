"""Targets of a plan in words: who set them, in which paper, how they are read, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cakup.documents.markup import Child, Markup, el
from cakup.documents.plan.facts import in_order
from cakup.documents.report.words import cell, head, mark, section
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text
from cakup.kernel.parameters import SURE

Summary = Mapping[str, Any]
TITLE = Text("Jarak ke setiap target", "Distance to every target")
LEDE = Text(
    "Rencana dasar terhadap semua target yang tercatat, yang terendah lebih dahulu; nomornya sama "
    "dengan garis pada gambar. plan.target menyebut kode pada baris terakhir target itu.",
    "The base plan against every recorded target, the lowest first; numbers are those of the lines "
    "in the picture. plan.target takes the code in the last line of a target.",
)
HEADS = (
    Text("Target", "Target"), Text("Nilai", "Value"), Text("Orang", "Persons"),
    Text("Kurang 31 Des", "Short 31 Dec"), Text("Kurang rata-rata", "Short on average"),
)  # fmt: skip
#: Columns that a telephone has no room for; what the last one says stands below the target.
WIDE = (2, 4)
DISPUTED = Text("ada beberapa bacaan", "read in several ways")
SECOND = Text("sumber kedua", "second source")
UNCONFIRMED = Text("belum dikonfirmasi", "unconfirmed")
STATUS = {"disputed": DISPUTED, "secondary": SECOND, "derived": Text("dihitung", "derived")}


def aims(s: Summary) -> list[Summary]:
    """Return the targets in the order of their numbers, the lowest first.

    Args:
        s: Summary of the plan; scenarios that cannot be met have none, the first that can lists
            them for all.
    """
    held = (one["targets"] for one in s["scenarios"] if one["feasible"])
    return in_order(next(held, []))


def name(t: Summary, lang: Lang) -> str:
    """Return who set a target and for which year, with the letter of its reading.

    Args:
        t: One of the ``targets`` of a scenario.
        lang: Language.
    """
    _, _, letter = str(t["id"]).partition("/")
    words = f"{t['issuer']} {t['year']}" if t.get("year") else str(t["issuer"])
    if letter:
        return f"{words}{Text(', bacaan ', ', reading ')(lang)}{letter}"
    return words + (Text(", nasional", ", national")(lang) if t["place"] == "nasional" else "")


def said(t: Summary, lang: Lang) -> list[str]:
    """Return the lines of a target where there is little room: issuer, reading, id.

    Args:
        t: One of the ``targets`` of a scenario.
        lang: Language.
    """
    reading = [t["reading_words"][lang]] if "/" in t["id"] else []
    words, _, _ = name(t, lang).partition(Text(", bacaan ", ", reading ")(lang))
    return [words, *reading, str(t["id"])]


def key_line(held: Sequence[Summary], lang: Lang) -> Markup:
    """Return which number in the picture is which target.

    Args:
        held: Targets in the order of their numbers.
        lang: Language.
    """
    told = [
        el("li", el("b", str(n)), f"{name(t, lang)}: {share}")
        for n, t in enumerate(held, start=1)
        if (share := spelling.percent(t["target_share"], 1, lang))
    ]
    return el("ul", told, class_="legend")


def aims_short(s: Summary, one: Summary, lang: Lang) -> str:
    """Return the persons whom a scenario lacks of the target it aims at, and its number.

    Args:
        s: Summary of the plan.
        one: A scenario that can be met.
        lang: Language.
    """
    found = next((t for t in one["targets"] if t["id"] == one["target"]), None)
    if found is None:
        return "–"
    number = [t["id"] for t in aims(s)].index(found["id"]) + 1
    reached = Text("tercapai", "reached")(lang)
    words = spelling.count(found["short_dec31"], lang) if found["short_dec31"] else reached
    return f"{words} ({number})"


def targets(s: Summary, lang: Lang) -> Markup | None:
    """Return the section, None while the base cannot be met or no target is recorded.

    Args:
        s: Summary of the plan.
        lang: Language.
    """
    held = aims(s)
    if not held or not s["scenarios"][0]["feasible"]:
        return None
    heads = el("tr", [head(words(lang), num=n > 0, class_="hide-narrow" if n in WIDE else "")
                      for n, words in enumerate(HEADS)])  # fmt: skip
    rows = [_row(n, t, s["target"], lang) for n, t in enumerate(held, start=1)]
    table = el("table", el("thead", heads), el("tbody", rows), class_="estimates")
    return section("target", TITLE, LEDE, lang, el("div", table, class_="scroll"))


def _row(n: int, t: Summary, aimed: str | None, lang: Lang) -> Markup:
    first: list[Child] = [f"{n}. {name(t, lang)}"]
    if t["id"] == aimed:
        first.append(Text(" (dituju rencana dasar)", " (the base plan aims at it)")(lang))
    if t["status"] not in SURE:
        first += [" ", mark(lang, STATUS.get(t["status"], UNCONFIRMED))]
    return el(
        "tr",
        el("th", first, [el("span", line, class_="sub") for line in _papers(t, lang)],
           el("span", HEADS[-1](lang), ": ", _missing(t["short_avg12"], lang),
              class_="sub show-narrow"), scope="row"),
        cell(spelling.percent(t["target_share"], 2, lang), num=True),
        cell(spelling.count(t["target_persons"], lang), num=True, class_="hide-narrow"),
        cell(_missing(t["short_dec31"], lang), num=True),
        cell(_missing(t["short_avg12"], lang), num=True, class_="hide-narrow"),
    )  # fmt: skip


def _missing(n: int, lang: Lang) -> Markup:
    reached = Text("tercapai", "reached")(lang)
    return el("span", spelling.count(n, lang) if n else reached, class_="warn" if n else None)


def _papers(t: Summary, lang: Lang) -> list[str]:
    """Return its document, its reading, and the id by which it is found."""
    reading = t["reading_words"][lang]
    if t["baseline_persons"] is not None:
        day = spelling.day(date.fromisoformat(t["baseline_on"]), lang)
        reading += Text(", dari {n} orang pada {day}", ", from {n} persons on {day}").format(
            lang, n=spelling.count(t["baseline_persons"], lang), day=day
        )
    return [str(t["document"]), *([reading] if reading not in t["document"] else []), str(t["id"])]
