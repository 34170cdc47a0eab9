"""Small words that several sections share."""

from __future__ import annotations

from cakup.documents.markup import Child, Markup, el
from cakup.kernel import spelling
from cakup.kernel.figures import Figure
from cakup.kernel.language import Lang, Text

UNCONFIRMED = Text("belum dikonfirmasi", "unconfirmed")
HIDDEN = Text("disembunyikan", "hidden")
UNKNOWN = Text("tidak diketahui", "unknown")


def mark(lang: Lang, words: Text = UNCONFIRMED) -> Markup:
    """Return the mark of something that is not confirmed."""
    return el("span", words(lang), class_="mark")


def share_words(figure: Figure, lang: Lang, digits: int = 1) -> str:
    """Return a figure's share: ``32,8%``, *disembunyikan* or a dash."""
    if figure.suppressed:
        return HIDDEN(lang)
    if figure.value is None:
        return "–"
    return spelling.percent(figure.value, digits, lang)


def count_words(n: int | None, lang: Lang) -> str:
    """Return a count, a dot where it is hidden."""
    return "•" if n is None else spelling.count(n, lang)


def of_words(figure: Figure, lang: Lang) -> str:
    """Return ``43.526 dari 132.826``, or as much of it as may be said."""
    if figure.suppressed:
        return HIDDEN(lang)
    n = count_words(figure.numerator, lang)
    if figure.denominator is None:
        return n
    return Text("{n} dari {of}", "{n} of {of}").format(
        lang, n=n, of=spelling.count(figure.denominator, lang)
    )


def signed(n: int, lang: Lang) -> str:
    """Return a change with its sign: ``+1.204`` or ``−312``."""
    return ("+" if n > 0 else "−" if n < 0 else "") + spelling.count(abs(n), lang)


def capital(words: str) -> str:
    """Return words with a capital letter at their head."""
    return words[:1].upper() + words[1:]


def cell(*children: Child, num: bool = False, class_: str = "") -> Markup:
    """Return a table cell; numbers are aligned right."""
    return el("td", *children, class_=f"{'num' if num else ''} {class_}".strip() or None)


def head(*children: Child, num: bool = False, class_: str = "") -> Markup:
    """Return a column head."""
    return el(
        "th", *children, scope="col", class_=f"{'num' if num else ''} {class_}".strip() or None
    )


def section(key: str, title: Text, lede: Text | str | None, lang: Lang, *body: Child) -> Markup:
    """Return a section with its heading and one sentence below it."""
    words = lede(lang) if isinstance(lede, Text) else lede
    return el(
        "section",
        el("header", el("h2", title(lang), id=f"{key}-h"), el("p", words) if words else None),
        *body,
        id=key,
        aria_labelledby=f"{key}-h",
    )
