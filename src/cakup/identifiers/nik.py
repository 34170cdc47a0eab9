"""NIK columns: what is whole, what is damaged and how, what a NIK implies.

A NIK has no check digit, so a lost digit can never be won back: a damaged number stays as
evidence (``nik_seen``) and is no identity. What the spelling alone has hidden (blanks, dots,
apostrophes, a ``.0``, the letter O for a zero) is mended and said.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from cakup.identifiers.absent import NO_VALUE
from cakup.identifiers.calendar import day_of, latest_year, longest

STATUSES = (
    "ok", "missing", "filler", "scientific", "excel15", "float", "lost_digit", "extra_digit",
    "letters", "impossible_date", "unknown",
)  # fmt: skip
REPAIRS = ("separators", "float", "letters")
NIK_TYPE = pl.Struct(
    {"nik": pl.String, "nik_status": pl.String, "nik_seen": pl.String, "nik_repair": pl.String}
)
IMPLIED_TYPE = pl.Struct(
    {
        "tanggal_lahir_implied": pl.Date,
        "jenis_kelamin_implied": pl.String,
        "kode_kecamatan": pl.String,
    }
)
#: Words that senders write where there is no NIK, in lower case without punctuation.
NO_NIK = (
    *NO_VALUE, "", "0", "x", "xx", "xxx", "nihil", "belum", "tdk ada", "blm ada", "tidak punya",
    "belum punya", "belum rekam", "belum ktp", "tidak ada nik", "belum ada nik", "belum ada ktp",
    "tidak ada ktp",
)  # fmt: skip
#: From here on a 64-bit float no longer holds every whole number (provinces 91–96 are above).
FLOAT_EXACT_BELOW = 1 << 53
SEEN_AT_LEAST = 10
COUNTING = ("1234567890123456", "0123456789012345")
BLANKS = r"[\s\u00A0\u200B-\u200D\u2060\uFEFF]+"
MARKS = r"[\s\u00A0\u200B-\u200D\u2060\uFEFF.,:;'`´’‘\"“”*_/\\\-–—]+"


def clean(text: pl.Expr, *, final_zero_lost: bool = False, is_rounded: bool = False) -> pl.Expr:
    """Return what can be known of each NIK.

    Args:
        text: NIKs as text, as the sender wrote them.
        final_zero_lost: Whether the column is known to have been stored as numbers by a program
            that keeps 15 digits, so that every final 0 stands for an unknown digit.
        is_rounded: Whether the column is known to have passed through 64-bit floats, which hold
            even numbers only above 2^53: there every number may stand for its neighbours.

    Returns:
        Struct of ``nik`` (16 digits, null unless ``ok``), ``nik_status`` (one of ``STATUSES``),
        ``nik_seen`` (readable digits of a damaged number, else null: the leading digits for
        ``scientific`` and ``excel15``, all digits for the others) and ``nik_repair`` (one of
        ``REPAIRS`` if the spelling of an ``ok`` NIK was mended, else null).
    """
    return text.cast(pl.String).map_batches(
        lambda column: _clean(column, final_zero_lost, is_rounded),
        return_dtype=NIK_TYPE,
        is_elementwise=True,
    )


def implied(nik: pl.Expr, reference: date) -> pl.Expr:
    """Return what whole NIKs say of their bearers.

    Args:
        nik: 16 digits or null, as ``clean`` gives them.
        reference: Latest possible birth date; decides the century.

    Returns:
        Struct of ``tanggal_lahir_implied`` (Date), ``jenis_kelamin_implied`` (``L`` or ``P``) and
        ``kode_kecamatan`` (place of first issue with dots, not the residence).
    """
    return nik.map_batches(
        lambda column: _implied(column, reference), return_dtype=IMPLIED_TYPE, is_elementwise=True
    )


def _implied(column: pl.Series, reference: date) -> pl.Series:
    """Work in stages: one deep expression would be computed again at every use of its parts."""
    number = pl.col("nik").cast(pl.Int64, strict=False)
    parts = pl.DataFrame({"nik": column.cast(pl.String)}).select(
        "nik", _day=number // 10**8 % 100, _month=number // 10**6 % 100, _yy=number // 10**4 % 100
    )
    day = pl.col("_day")
    parts = parts.with_columns(
        _day=pl.when(day > 40).then(day - 40).otherwise(day),
        jenis_kelamin_implied=pl.when(day > 40).then(pl.lit("P")).when(day <= 40).then(pl.lit("L")),
        kode_kecamatan=pl.concat_str(
            [pl.col("nik").str.slice(at, 2) for at in (0, 2, 4)], separator="."
        ),
    )
    parts = parts.with_columns(
        _year=latest_year(pl.col("_yy"), pl.col("_month"), pl.col("_day"), reference)
    )
    born = day_of(pl.col("_year"), pl.col("_month"), pl.col("_day"))
    return (
        parts.with_columns(tanggal_lahir_implied=born)
        .select(f.name for f in IMPLIED_TYPE.fields)
        .to_struct("implied")
    )


def _clean(column: pl.Series, final_zero_lost: bool, is_rounded: bool) -> pl.Series:
    """Clean one batch: nearly all NIKs are whole, so the long way is kept for the rest."""
    frame = pl.DataFrame({"raw": column})
    number = pl.col("raw").cast(pl.Int64, strict=False)
    plain = pl.col("raw").str.contains("^[1-9][0-9]{15}$")
    whole = frame.select(
        is_whole=(plain & _is_whole(number, final_zero_lost)).fill_null(False)
    ).get_column("is_whole")
    if is_rounded:
        whole = whole & frame.select((number < FLOAT_EXACT_BELOW).fill_null(True)).to_series()
    easy = frame.select(
        nik=pl.when(whole).then("raw"), nik_status=pl.when(whole).then(pl.lit("ok"))
    )
    easy = easy.with_columns(pl.lit(None, pl.String).alias(n) for n in ("nik_seen", "nik_repair"))
    if not whole.all():
        at = whole.not_().arg_true()
        rest = _slow(frame.filter(~whole), final_zero_lost, is_rounded)
        easy = easy.with_columns(
            easy.get_column(name).scatter(at, rest.get_column(name)) for name in rest.columns
        )
    return easy.select(f.name for f in NIK_TYPE.fields).to_struct("nik")


def _is_whole(number: pl.Expr, final_zero_lost: bool) -> pl.Expr:
    """Return whether a number of 16 digits can be a NIK."""
    whole = _has_date(number) & (number % 10**4 != 0) & _is_filler(number).not_()
    return whole & (number % 10 != 0) if final_zero_lost else whole


def _has_date(number: pl.Expr) -> pl.Expr:
    """Return whether digits 7–12 can be a birth date in some century."""
    day, month, yy = number // 10**8 % 100, number // 10**6 % 100, number // 10**4 % 100
    day_1 = pl.when(day > 40).then(day - 40).otherwise(day)
    no_leap_day = (month == 2) & (day_1 == 29) & (yy % 4 != 0)
    return (day_1 >= 1) & (day_1 <= longest(month)) & no_leap_day.not_()


def _is_filler(number: pl.Expr) -> pl.Expr:
    """Return whether a number of 16 digits is one digit repeated, or counting."""
    return (number % 1_111_111_111_111_111 == 0) | number.is_in([int(x) for x in COUNTING])


def _slow(frame: pl.DataFrame, final_zero_lost: bool, is_rounded: bool) -> pl.DataFrame:
    """Find out what each number that is not plainly whole is.

    In stages: an expression that holds the same part many times is planned again for each.
    """
    told = frame.with_columns(_told(pl.col("raw"))).with_columns(
        scientific=pl.col("tight").str.extract_groups(
            r"^([1-9])(?:[.,]([0-9]*))?[eE]\+?([0-9]{1,2})$"
        ),
        unfloated=pl.col("tight").str.replace(r"^([0-9]{5,})[.,]0*$", "$1"),
    )
    told = told.with_columns(
        mantissa=pl.concat_str(
            pl.col("scientific").struct.field("1"),
            pl.col("scientific").struct.field("2").fill_null(""),
        ),
        exponent=pl.col("scientific").struct.field("3").cast(pl.Int64, strict=False),
        is_float=pl.col("unfloated").str.len_chars() < pl.col("tight").str.len_chars(),
    )
    intact = (pl.col("exponent") == 15) & (pl.col("mantissa").str.len_chars() == 16)
    told = told.with_columns(intact=intact.fill_null(False)).with_columns(
        is_float=pl.col("is_float") | pl.col("intact") | pl.lit(is_rounded),
        is_scientific=pl.col("mantissa").is_not_null() & pl.col("intact").not_(),
        core=pl.when("intact")
        .then("mantissa")
        .otherwise(
            pl.col("unfloated")
            .str.replace(r"(?i)^(no\.?|nomor)?(nik|ktp)[.:=]*", "")
            .str.replace_all(MARKS, "")
        ),
    )
    told = told.with_columns(
        read=pl.col("core").str.replace_many(["O", "o", "I", "l"], ["0", "0", "1", "1"]),
        has_letters=pl.col("core").str.contains("[^0-9]"),
    ).with_columns(is_read=pl.col("read").str.contains("^[0-9]{16}$"))
    return _judged(told.with_columns(_mended()), final_zero_lost)


def _told(raw: pl.Expr) -> list[pl.Expr]:
    """Return the text without blanks, and whether it says that there is no NIK."""
    words = raw.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return [
        raw.str.replace_all(BLANKS, "").alias("tight"),
        (words.is_in(NO_NIK) | raw.is_null()).alias("is_missing"),
    ]


def _mended() -> list[pl.Expr]:
    """Return the digits, after O and I were read as 0 and 1 if that gives 16 digits."""
    digits = (
        pl.when(pl.col("has_letters") & pl.col("is_read"))
        .then("read")
        .otherwise(pl.col("core").str.replace_all("[^0-9]", ""))
    )
    return [
        digits.alias("digits"),
        (pl.col("has_letters") & pl.col("is_read").not_()).alias("is_lettered"),
    ]


def _judged(told: pl.DataFrame, final_zero_lost: bool) -> pl.DataFrame:
    """Return status, NIK, evidence and repair from the prepared columns."""
    digits = pl.col("digits")
    told = told.with_columns(
        size=digits.str.len_chars(), number=digits.str.slice(0, 18).cast(pl.Int64, strict=False)
    ).with_columns(_marks(final_zero_lost))
    told = told.with_columns(_status().alias("nik_status"))
    return told.select(
        pl.when(pl.col("nik_status") == "ok").then(digits).alias("nik"),
        "nik_status",
        _seen(pl.col("nik_status")).alias("nik_seen"),
        _repair(pl.col("nik_status")).alias("nik_repair"),
    )


def _marks(final_zero_lost: bool) -> list[pl.Expr]:
    """Return what the status rests on, as one column for each question."""
    digits, size, number = pl.col("digits"), pl.col("size"), pl.col("number")
    is_same = digits.str.strip_chars_start(digits.str.slice(0, 1)) == ""
    return [
        ((size >= 3) & (is_same | digits.is_in(COUNTING) | _counts(digits))).alias("is_filler"),
        (pl.col("is_float") & (size == 16) & (number > FLOAT_EXACT_BELOW)).alias("is_unsure"),
        ((number % 10**4 == 0) | ((number % 10 == 0) & pl.lit(final_zero_lost))).alias("is_cut"),
        ((size == 16) & _has_date(number)).alias("is_dated"),
    ]


def _status() -> pl.Expr:
    """Return the status from the marks."""
    digits, size = pl.col("digits"), pl.col("size")
    is_16 = size == 16
    return (
        pl.when("is_missing").then(pl.lit("missing"))
        .when("is_scientific").then(pl.lit("scientific"))
        .when(pl.col("has_letters").not_() & pl.col("is_filler")).then(pl.lit("filler"))
        .when(pl.col("is_lettered") & (size >= SEEN_AT_LEAST)).then(pl.lit("letters"))
        .when("is_lettered").then(pl.lit("unknown"))
        .when(is_16 & digits.str.starts_with("0")).then(pl.lit("lost_digit"))
        .when("is_unsure").then(pl.lit("float"))
        .when(pl.col("is_dated") & pl.col("is_cut")).then(pl.lit("excel15"))
        .when("is_dated").then(pl.lit("ok"))
        .when(is_16 & digits.str.ends_with("000000")).then(pl.lit("scientific"))
        .when(is_16).then(pl.lit("impossible_date"))
        .when(size.is_between(SEEN_AT_LEAST, 15)).then(pl.lit("lost_digit"))
        .when(size.is_between(17, 18)).then(pl.lit("extra_digit"))
        .otherwise(pl.lit("unknown"))
    )  # fmt: skip


def _counts(digits: pl.Expr) -> pl.Expr:
    """Return whether digits count up from 0 or 1, as in 12345678."""
    up = pl.lit("12345678901234567890")
    size = digits.str.len_chars()
    return (size >= 6) & (
        (digits == up.str.slice(0, size)) | (digits == pl.lit("0").add(up).str.slice(0, size))
    )


def _seen(status: pl.Expr) -> pl.Expr:
    """Return the digits that can still be read, by status."""
    digits = pl.col("digits")
    leading = pl.coalesce("mantissa", digits.str.strip_chars_end("0"))
    return (
        pl.when(status == "scientific").then(leading)
        .when(status == "excel15").then(digits.str.slice(0, 15))
        .when(status == "lost_digit").then(digits.str.strip_chars_start("0"))
        .when(status.is_in(["float", "extra_digit", "letters", "impossible_date"])).then(digits)
    )  # fmt: skip


def _repair(status: pl.Expr) -> pl.Expr:
    """Return how the spelling of a whole NIK was mended, null if it was not."""
    return (
        pl.when(status != "ok").then(None)
        .when("has_letters").then(pl.lit("letters"))
        .when("is_float").then(pl.lit("float"))
        .when(pl.col("digits") != pl.col("raw")).then(pl.lit("separators"))
    )  # fmt: skip
