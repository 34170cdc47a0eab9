"""What ``cakup link`` prints of how often each list errs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cakup.cli.terminal import Terminal
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.pipeline.list_noise import ListNoise

#: What is told of a list, most serious first: field, what of it, in words.
TOLD = (
    ("nik", "missing", Text("tanpa NIK", "without a NIK")),
    ("nik", "damaged", Text("NIK rusak", "NIK damaged")),
    ("nik", "wrong", Text("NIK keliru sedikitnya", "NIK wrong at least")),
    ("tanggal_lahir", "missing", Text("tanpa tanggal lahir", "without a birth date")),
    ("tanggal_lahir", "wrong", Text("tanggal lahir keliru", "birth date wrong")),
    ("nama", "wrong", Text("nama ditulis lain", "name written otherwise")),
    ("desa_kelurahan", "wrong", Text("kelurahan lain", "another village")),
)
#: Shares below are not worth a word.
LEAST = 0.01
CLEAN = Text("hampir tanpa cela", "almost without a fault")


def say_noise(noise: Sequence[ListNoise], out: Terminal) -> None:
    """Print what is missing and wrong on each list; nothing without lists.

    Args:
        noise: See ``pipeline.list_noise``.
        out: Terminal.
    """
    if not noise:
        return
    heads = Text("daftar", "list"), Text("seberapa keliru isinya", "how wrong its contents are")
    out.table([head(out.lang) for head in heads], [(_name(n), _says(n, out.lang)) for n in noise])
    text = Text(
        "Keliru: orangnya tertulis lain pada daftar lain, data peserta, atau NIK-nya, dan "
        "merekalah yang lebih mungkin benar.",
        "Wrong: the person is written otherwise on another list, in the participant data, or in "
        "the NIK, and these are likelier to be right.",
    )
    out.say(text)


def _name(one: ListNoise) -> str:
    return one.sender if one.list_name in ("", one.sender) else f"{one.sender}: {one.list_name}"


def _says(one: ListNoise, lang: Lang) -> str:
    """Return e.g. ``tanpa NIK 41%; tanggal lahir keliru 11%``."""
    shares = (
        (words, getattr(one.fields[field], part))
        for field, part, words in TOLD
        if field in one.fields
    )
    told = [f"{w(lang)} {spelling.percent(s, 0, lang)}" for w, s in shares if s and s >= LEAST]
    return "; ".join(told) or CLEAN(lang)
