"""How commands tell what a file changed: persons and figures before, after, and the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.effect import Effect


def say_effect(effect: Effect | None, out: Terminal) -> None:
    """Print what changed, or that nothing did; say so where it was not worked out.

    Args:
        effect: What changed; None = persons were not made anew.
        out: Terminal.
    """
    from cakup.pipeline.effect import COUNTED

    lang = out.lang
    if effect is None:
        out.next(Text("hitung ulang: cakup link, lalu cakup ledger",
                      "compute anew: cakup link, then cakup ledger"))  # fmt: skip
        return
    day = spelling.day(effect.as_of, lang)
    if effect.is_first:
        out.say(Text(f"Orang disusun untuk pertama kali; keadaan {day}.",
                     f"Persons were made for the first time; as of {day}."))  # fmt: skip
    elif not effect.changed:
        out.say(Text(f"Tidak ada orang atau angka yang berubah (keadaan {day}).",
                     f"No person and no figure changed (as of {day})."))  # fmt: skip
        return
    heads = [Text("Perubahan", "Change"), Text("semula", "before"), Text("kini", "now"),
             Text("selisih", "difference")]  # fmt: skip
    rows = [
        (
            COUNTED[name](lang),
            effect.before.get(name),
            n,
            _signed(effect.changed.get(name, 0), lang),
        )
        for name, n in effect.after.items()
    ]
    title = Text(f"Orang dan angka, keadaan {day}", f"Persons and figures as of {day}")
    out.table([h(lang) for h in heads], rows, title=title(lang), right=(3,))
    _say_share(effect, out)


def _say_share(effect: Effect, out: Terminal) -> None:
    if effect.share_after is None or effect.denominator is None:
        return
    of = spelling.count(effect.denominator, out.lang)
    now = spelling.percent(effect.share_after, lang=out.lang)
    then = spelling.percent(effect.share_before, lang=out.lang) if effect.share_before else "–"
    out.say(Text(f"Cakupan: {then} → {now} dari {of}.", f"Coverage: {then} → {now} of {of}."))


def _signed(n: int | None, lang: Lang) -> str:
    if not n:
        return "0"
    return f"{'+' if n > 0 else '−'}{spelling.count(abs(n), lang)}"
