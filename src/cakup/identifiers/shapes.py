"""The shapes in which a date is written, taken apart without deciding what comes first."""

from __future__ import annotations

import polars as pl

from cakup.identifiers.absent import NO_VALUE

MONTH_WORDS: dict[int, tuple[str, ...]] = {
    1: ("januari", "january", "jan"),
    2: ("februari", "pebruari", "february", "feb", "peb"),
    3: ("maret", "march", "mar", "mrt"),
    4: ("april", "apr"),
    5: ("mei", "may"),
    6: ("juni", "june", "jun"),
    7: ("juli", "july", "jul"),
    8: ("agustus", "august", "agust", "agts", "agst", "agt", "ags", "agu", "aug"),
    9: ("september", "sept", "sep"),
    10: ("oktober", "october", "okt", "oct"),
    11: ("november", "nopember", "nov", "nop"),
    12: ("desember", "december", "des", "dec"),
}
_TIME = r"[ t][0-9]{1,2}[:.][0-9]{2}([:.][0-9]{2}(\.[0-9]+)?)?( ?[ap]m|z)?$"
WEEKDAYS = "senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|ahad"
#: Excel serials from 1919 to 2064; a number below is a year or no date at all.
SERIALS = (7_000, 60_000)
NO_DATE = (*NO_VALUE, "", "0", "nat", "0000 00 00", "00 00 0000", "9999 12 31", "31 12 9999")
_SEP = r"\s*[-/. ]\s*"
_NUMERIC = rf"^([0-9]{{1,2}}){_SEP}([0-9]{{1,2}}){_SEP}([0-9]{{4}}|[0-9]{{2}})$"
_ISO = rf"^([0-9]{{4}}){_SEP}([0-9]{{1,2}}){_SEP}([0-9]{{1,2}})$"
_DAY_WORD = r"^([0-9]{1,2})[^0-9a-z]*m([0-9]{2})[^0-9a-z]*([0-9]{4}|[0-9]{2})$"
_WORD_DAY = r"^m([0-9]{2})[^0-9a-z]*([0-9]{1,2})(?:st|nd|rd|th)?[^0-9a-z]+([0-9]{4}|[0-9]{2})$"
_COMPACT_DAY = r"^([0-9]{1,2})([0-9]{2})((?:19|20)[0-9]{2})$"
_COMPACT_YEAR = r"^((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])$"
_SERIAL = r"^([0-9]{4,5})(?:[.,][0-9]+)?$"


def split(distinct: pl.Series) -> pl.DataFrame:
    """Take dates apart.

    Args:
        distinct: Texts, each once.

    Returns:
        ``text``; ``family``: ``numeric`` (two numbers, then the year), ``iso`` (year first),
        ``fixed`` (the month is a word, or no separator), ``serial``, ``missing`` or ``other``;
        ``a`` and ``b``: the number read as day and as month where the day stands before the month
        (for ``iso`` where it stands after it); ``year``; ``is_short``: a year of two digits;
        ``serial``: days since Excel's day 0.
    """
    frame = pl.DataFrame({"text": distinct.cast(pl.String)}).with_columns(_plain(pl.col("text")))
    plain = pl.col("plain")
    numeric, iso = plain.str.extract_groups(_NUMERIC), plain.str.extract_groups(_ISO)
    day_word, word_day = plain.str.extract_groups(_DAY_WORD), plain.str.extract_groups(_WORD_DAY)
    day_first, year_first = (plain.str.extract_groups(p) for p in (_COMPACT_DAY, _COMPACT_YEAR))
    frame = frame.with_columns(
        _parts("numeric", numeric, (1, 2, 3)), _parts("iso", iso, (3, 2, 1)),
        _parts("day_word", day_word, (1, 2, 3)), _parts("word_day", word_day, (2, 1, 3)),
        _parts("day_first", day_first, (1, 2, 3)), _parts("year_first", year_first, (3, 2, 1)),
        serial=plain.str.extract(_SERIAL).cast(pl.Int64, strict=False),
        words=plain.str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars(),
    )  # fmt: skip
    return frame.select("text", *_fields())


def _parts(name: str, groups: pl.Expr, order: tuple[int, int, int]) -> pl.Expr:
    """Return day, month and year text of one shape, null if the text has another."""
    a, b, year = (groups.struct.field(str(n)) for n in order)
    return pl.when(a.is_not_null()).then(pl.struct(a=a, b=b, year=year)).alias(name)


def _fields() -> list[pl.Expr]:
    """Return the columns of ``split`` from the shapes tried."""
    fixed = pl.coalesce("day_word", "word_day", "year_first", "day_first")
    is_serial = pl.col("serial").is_between(*SERIALS)
    family = (
        pl.when(pl.col("text").is_null() | pl.col("words").is_in(NO_DATE)).then(pl.lit("missing"))
        .when(pl.col("numeric").is_not_null()).then(pl.lit("numeric"))
        .when(pl.col("iso").is_not_null()).then(pl.lit("iso"))
        .when(fixed.is_not_null()).then(pl.lit("fixed"))
        .when(is_serial).then(pl.lit("serial"))
        .otherwise(pl.lit("other"))
    )  # fmt: skip
    parts = pl.coalesce("numeric", "iso", fixed)
    year = parts.struct.field("year")
    return [
        family.alias("family"),
        parts.struct.field("a").cast(pl.Int64).alias("a"),
        parts.struct.field("b").cast(pl.Int64).alias("b"),
        year.cast(pl.Int64).alias("year"),
        (year.str.len_chars() == 2).fill_null(False).alias("is_short"),
        pl.when(family == "serial").then("serial").alias("serial"),
    ]


def _plain(text: pl.Expr) -> pl.Expr:
    """Return the text in lower case, without time, weekday and quotes, months as ``m08``."""
    lower = text.str.to_lowercase().str.replace_all(r"[\s\u00A0\u200B\uFEFF]+", " ")
    lower = lower.str.strip_chars(" '`´’\"")
    lower = lower.str.replace(_TIME, "")
    lower = lower.str.replace(rf"^({WEEKDAYS}),? ", "")
    named = lower.str.replace_many(
        [w for words in MONTH_WORDS.values() for w in words],
        [f"m{n:02}" for n, words in MONTH_WORDS.items() for _ in words],
        leftmost=True,
    )
    has_letter = lower.str.contains("[a-z]")
    return pl.when(has_letter).then(named).otherwise(lower).alias("plain")
