"""Names of people: normal form, consonant skeleton, word-sorted key, for columns and one value.

The normal form is for comparing, never for printing: titles and degrees are off, common
abbreviations are written out, spelling before 1972 is modern, the father's name after *bin* or
*binti* stands apart. It is idempotent and does not see case, punctuation or accents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from cakup.names import spellings as sp

_NOT_LETTER = r"[^A-Z]+"
#: What a name has that is not capital letters with one blank between words; few have any of it.
_NOT_PLAIN = r"[^A-Z ]|  |^ | $"
_KNOWN_TAIL = "|".join(sorted({*sp.DEGREES, *sp.TITLES}, key=lambda w: (-len(w), w)))
_END_DEGREES = (
    r"(?: (?:"
    + "|".join(sorted(sp.DEGREES, key=lambda w: (-len(w), w)))
    + "|(?:"
    + "|".join(sp.DEGREE_HEADS)
    + ") (?:"
    + "|".join(sorted(sp.DEGREE_TAILS, key=lambda w: (-len(w), w)))
    + r")))+$"
)
_OLD = "DJ|TJ|NJ|SJ|CH|OE"
_TITLE = rf"\b(?:{'|'.join(sp.TITLES)})\b"
_FATHER = rf"\b(?:{'|'.join(sp.FATHER_MARKS)})\b"
_SHORT = rf"\b(?:{'|'.join(sp.ANY_WORDS)})\b|^(?:{'|'.join(sp.FIRST_WORDS)}) "
#: What any step may change; a name without any of it is normal.
_ANYTHING = "|".join((_NOT_PLAIN, _OLD, _TITLE, _FATHER, _SHORT, _END_DEGREES))


@dataclass(frozen=True)
class Name:
    """A name taken apart.

    Args:
        normal: Normal form, upper case, words one blank apart; empty if there is no letter.
        father: Normal form of what stands after *bin* or *binti*; empty if it is not there.
    """

    normal: str
    father: str


def normal_name(text: str) -> Name:
    """Return the normal form of one name.

    Args:
        text: Name as written.

    Returns:
        Its parts; the column form ``normal_names`` is the same function over many.

    Example:
        >>> normal_name("H. Moch. Joesoef, S.Pd")
        Name(normal='MUHAMMAD YUSUF', father='')
    """
    made = normal_names(pl.Series([text], dtype=pl.String))
    return Name(made["normal"][0] or "", made["father"][0] or "")


def normal_names(names: pl.Series, *, expand_m: bool = True) -> pl.DataFrame:
    """Return the normal forms of a column of names.

    Args:
        names: Names as written (String); missing stays missing.
        expand_m: Whether a leading ``M`` before another word means MUHAMMAD, as on Indonesian
            lists; False for tables in which it is any initial.

    Returns:
        Frame with ``normal`` and ``father`` (String, missing if empty), same length and order.
    """
    capitals = names.cast(pl.String).str.to_uppercase()
    # Most names are normal as they stand; one look tells, where every step would look anew.
    at = capitals.str.contains(_ANYTHING).fill_null(False).arg_true()
    words, father = _taken_apart(capitals.gather(at), expand_m)
    nobody = pl.Series([None], dtype=pl.String).new_from_index(0, len(capitals))
    return pl.DataFrame(
        {
            "normal": _none(capitals.scatter(at, words)),
            "father": _none(nobody.scatter(at, father)),
        }
    )


def _taken_apart(capitals: pl.Series, expand_m: bool) -> tuple[pl.Series, pl.Series]:
    """Return normal forms of names in capitals, and those of their fathers' names."""
    letters = _where(capitals, _NOT_PLAIN, _letters_only)
    letters = _where(letters, _OLD, _modern)
    words = _where(letters, _TITLE, _without_titles)
    words = _where(words, _END_DEGREES, _without_degrees)
    words, father = _father_apart(words)
    return _written_out(words, expand_m), father


def _letters_only(names: pl.Series) -> pl.Series:
    """Return names of plain letters, one blank between words; what follows a comma is off."""
    letters = _without_comma_tail(_without_accents(names).str.to_uppercase())
    letters = letters.str.replace_many(["'", "’", "`", "‘", '"', "´"], [""] * 6)
    return letters.str.replace_all(_NOT_LETTER, " ").str.strip_chars()


def skeletons(normals: pl.Series) -> pl.Series:
    """Return the consonant skeleton of every word of normal names, words in their order.

    Args:
        normals: Normal forms.

    Returns:
        Text of the same number of words: sound-alikes get the same letters, vowels are gone except
        a leading one, which is ``A``; a final H is dropped.

    Example:
        >>> skeletons(pl.Series(["ACHMAD SYAFII", "AHMAT SAPII"]))[0]
        'AHMD SF'
    """
    padded = (" " + normals.str.replace_all(" ", "  ", literal=True) + " ").str.replace_many(
        list(sp.SOUNDS), list(sp.SOUNDS.values())
    )
    keys = {f" {v}": " a" for v in "AEIOU"} | {" Y": " Y", "H ": " "} | sp.CLASSES
    bare = padded.str.replace_many(list(keys), list(keys.values()))
    return _none(bare.str.to_uppercase().str.replace_all(" +", " ").str.strip_chars())


def sorted_words(texts: pl.Series) -> pl.Series:
    """Return texts with their words in alphabetical order, one blank apart."""
    return texts.str.split(" ").list.sort().list.join(" ")


def _where(texts: pl.Series, pattern: str, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Apply a costly change to the texts that match only; most names need none."""
    at = texts.str.contains(pattern).fill_null(False).arg_true()
    if len(at) == 0:
        return texts
    return texts.scatter(at, change(texts.gather(at)))


def _without_accents(names: pl.Series) -> pl.Series:
    """Take accents off; pure ASCII columns, the usual case, are not touched."""

    def strip(some: pl.Series) -> pl.Series:
        return some.str.normalize("NFKD").str.replace_all(r"\p{M}+", "")

    return _where(names, r"[^\x00-\x7F]", strip)


def _without_comma_tail(names: pl.Series) -> pl.Series:
    """Drop what follows the first comma, unless it holds a word that is no title or degree."""

    def cut(some: pl.Series) -> pl.Series:
        head = some.str.extract(r"^([^,]*),", 1)
        tail = some.str.extract(r"^[^,]*,(.*)$", 1).str.replace_all(r"[.'’`]", "")
        bare = tail.str.replace_all(rf"\b(?:{_KNOWN_TAIL})\b", " ")
        keeps = bare.str.contains(r"[A-Z]{4,}") | ~head.str.contains("[A-Z]")
        frame = pl.DataFrame({"all": some, "head": head, "keeps": keeps})
        return frame.select(pl.when("keeps").then("all").otherwise("head")).to_series()

    return _where(names, ",", cut)


def _modern(texts: pl.Series) -> pl.Series:
    """Write old spelling in the modern way."""
    for old, new in sp.OLD_SPELLING:
        texts = texts.str.replace_all(old, new, literal="+" not in old)
    return texts


def _without_titles(texts: pl.Series) -> pl.Series:
    """Drop titles; a name of titles only stays as it is."""
    spaced = " " + texts.str.replace_all(" ", "  ", literal=True) + " "
    bare = spaced.str.replace_many([f" {t} " for t in sp.TITLES], [""] * len(sp.TITLES))
    return _unless_empty(bare.str.replace_all(" +", " ").str.strip_chars(), texts)


def _without_degrees(texts: pl.Series) -> pl.Series:
    """Drop degrees at the end; at least one word stays."""
    return _unless_empty(texts.str.replace(_END_DEGREES, "").str.strip_chars(), texts)


def _father_apart(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return name and father's name; a text that begins with *bin* has no name before it."""
    marks = "|".join(sp.FATHER_MARKS)
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, len(texts))
    at = texts.str.contains(_FATHER).fill_null(False).arg_true()
    if len(at) == 0:
        return texts, empty
    some = texts.gather(at).str.replace(rf"^(?:(?:{marks}) )+(.)", "$1")
    parts = some.str.replace_all(rf"(?:^| )(?:{marks})(?: |$)", "|").str.split("|")
    heads = _unless_empty(parts.list.get(0, null_on_oob=True), some)
    fathers = parts.list.get(1, null_on_oob=True).str.strip_chars()
    return texts.scatter(at, heads), empty.scatter(at, fathers)


def _written_out(texts: pl.Series, expand_m: bool) -> pl.Series:
    """Write abbreviations in full: some anywhere, some only as the first of several words."""
    firsts = {k: v for k, v in sp.FIRST_WORDS.items() if expand_m or len(k) > 1}
    pattern = rf"\b(?:{'|'.join(sp.ANY_WORDS)})\b|^(?:{'|'.join(firsts)}) "

    def change(some: pl.Series) -> pl.Series:
        spaced = "^ " + some.str.replace_all(" ", "  ", literal=True) + " "
        rules = {f"^ {k}  ": f"^ {v}  " for k, v in firsts.items()}
        rules |= {f" {k} ": f" {v} " for k, v in sp.ANY_WORDS.items()}
        done = spaced.str.replace_many(list(rules), list(rules.values()), leftmost=True)
        return done.str.replace_many(["^"], [""]).str.replace_all(" +", " ").str.strip_chars()

    return _where(texts, pattern, change)


def _unless_empty(texts: pl.Series, instead: pl.Series) -> pl.Series:
    """Return texts, where they are empty the other ones."""
    frame = pl.DataFrame({"text": texts, "instead": instead})
    keep = pl.col("text").str.len_bytes() > 0
    return frame.select(pl.when(keep).then("text").otherwise("instead")).to_series()


def _none(texts: pl.Series) -> pl.Series:
    """Return texts with empty ones missing."""
    return (
        pl.DataFrame({"t": texts})
        .select(pl.when(pl.col("t").str.len_bytes() > 0).then("t"))
        .to_series()
    )
