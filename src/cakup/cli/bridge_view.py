"""How publications, construction heads and the bridge to an official count are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cakup.coverage.bridge import TERMS
from cakup.kernel import spelling
from cakup.kernel.language import Text

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.coverage.bridge import Bridge


def say_sides(out: Terminal, told: list[Text], heads: tuple[int, int] | None) -> None:
    """Print publications and heads of projects, each a line of its own."""
    if heads:
        n, projects = spelling.count(heads[0], out.lang), spelling.count(heads[1], out.lang)
        out.say(
            Text(
                f"Jakon menurut proyek: {n} orang pada {projects} proyek (jumlah kepala, tidak "
                "dipilah, tidak dijumlahkan dengan angka di atas).",
                f"Jakon by project: {n} heads in {projects} projects (not de-duplicated, not added "
                "to the figure above).",
            )
        )
    for one in told:
        out.say(Text(f"Angka beku: {one.id}.", f"Frozen figure: {one.en}."))


def say_bridge(out: Terminal, held: Bridge) -> None:
    """Print the bridge: ours, each term, theirs; the sum is exact."""
    lang, theirs = out.lang, held.official
    rows: list[tuple[str, str]] = [
        (Text("hitungan administratif kita", "our administrative count")(lang),
         spelling.count(held.ours, lang))
    ]  # fmt: skip
    for name, n in held.terms.items():
        if n or name == "unexplained":
            rows.append((TERMS[name](lang), f"{'+' if n >= 0 else '−'}{_plain(n, out)}"))
    rows.append((f"{theirs.issuer}, {theirs.document}", spelling.count(theirs.covered, lang)))
    day = spelling.day(theirs.as_of, lang)
    title = Text(f"Jembatan ke angka resmi, {day}", f"Bridge to the official figure, {day}")
    out.table(("", Text("orang", "persons")(lang)), rows, title=title(lang), right=(1,))
    if held.estimate is not None:
        told = spelling.count(held.estimate, lang)
        out.say(
            Text(
                f"Perkiraan kita (padanan ragu menurut peluangnya): {told} orang.",
                f"Our estimate (doubtful links by their chance): {told} persons.",
            )
        )
    if held.doubtful:
        names = ", ".join(TERMS[n](lang) for n in held.doubtful)
        out.say(Text(f"Belum ada datanya, dihitung nol: {names}.",
                     f"No data, counted as zero: {names}."))  # fmt: skip


def _plain(n: int, out: Terminal) -> str:
    return spelling.count(abs(n), out.lang)
