"""Rows as they come → columns made for comparing: numbers wherever a number will do.

Input is a frame with any of the logical fields (``fields.LOGICAL``): NIKs already judged by
``cakup.identifiers``, birth dates as dates. Output is one frame in *content order*: rows are
numbered by a hash of what they say, so nothing that follows can depend on the order of arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from cakup.kernel.memory import hold_freed
from cakup.linkage.fields import Extra
from cakup.linkage.graph import is_among
from cakup.linkage.letters import letters_of
from cakup.linkage.vocabulary import Ints, WordTable, bag_key, distinct_values, together, word_table

#: Latest possible birth date for the century of a NIK; a constant, so that nothing depends on the
#: clock: a worker of the 2020s is not born after it.
REFERENCE = date(2026, 12, 31)
HEAD = ("row", "side", "source")
#: Fields compared as texts and as codes, and their short names.
TEXTS = (("desa_kelurahan", "desa"), ("tempat_lahir", "town"), ("alamat", "addr"))
CODES = (("telepon", "phone"), ("code", "code"))
#: Texts of which few are equal: their letters tell most pairs apart.
LETTERED = ("addr",)
#: Fewest digits of a damaged NIK that say more than where it was issued.
LEAST_PREFIX = 12
EXCEL_DIGITS = 15
#: Rows whose content is hashed at once; bounds memory, never changes a result.
HASHED_AT_ONCE = 1 << 15
#: Rows up to which memory that arrays leave is held for the next ones; more need all that there is.
MOST_TO_HOLD = 1_000_000
#: Marks, and words of addresses and places that say nothing.
NOISE = (
    r"[^\p{L}\p{N}]+|\b(?:KELURAHAN|KEL|DESA|DS|DUSUN|JALAN|JLN|JL|GANG|GG|LORONG|LR|NOMOR|NO|KOTA"
    r"|KABUPATEN|KAB)\b"
)


@dataclass(frozen=True)
class Cleaned:
    """Rows ready for comparing.

    Args:
        frame: One row per input row, in content order; ``id`` is its position.
        has: Which fields occur, e.g. ``nik``, ``date``, ``mother``, ``x0``.
        words: Names as words, same order.
        mother: Mothers' names as words, None if the field is absent.
        sources: Names of the lists, by number.
        extras: Further columns, in the order of ``x0, x1, …``.
    """

    frame: pl.DataFrame
    has: frozenset[str]
    words: WordTable
    mother: WordTable | None
    sources: tuple[str, ...]
    extras: tuple[Extra, ...] = ()


def clean(rows: pl.DataFrame, extras: Sequence[Extra] = (), *, expand_m: bool = True) -> Cleaned:
    """Clean rows for linkage.

    Args:
        rows: Columns ``row`` (Int64), ``side`` (0 lists, 1 register), ``source`` (String) and any
            of ``nik`` (16 digits), ``nik_seen``, ``code`` (identifier that is no NIK), ``nama``,
            ``tanggal_lahir`` (Date), ``jenis_kelamin`` (L or P), ``desa_kelurahan``, ``nama_ibu``,
            ``tempat_lahir``, ``alamat``, ``telepon``, and ``x0, x1, …`` for the extras.
        extras: What the ``x`` columns are.
        expand_m: See ``names.normal.normal_names``.

    Returns:
        The cleaned rows.
    """
    if rows.height <= MOST_TO_HOLD:
        hold_freed()
    order = _content_order(rows)

    def has(name: str) -> bool:
        return name in rows.columns

    def column(name: str, kind: type[pl.DataType] = pl.String) -> pl.Series:
        """Return a column in content order; a table has all of them at once only as it came."""
        return _column(rows, name, kind).rechunk().gather(order)

    nik = nik_columns(column("nik"), column("nik_seen"))
    days = day_columns(_stated(column("tanggal_lahir", pl.Date)), nik["ntail"])
    parts = [_heads(rows, order), nik, days, _sex(column("jenis_kelamin"), nik)]
    names = word_table(column("nama"), expand_m=expand_m)
    parts.append(_name(names, "n"))
    mother = word_table(column("nama_ibu"), expand_m=expand_m) if has("nama_ibu") else None
    if mother is not None:
        parts.append(_name(mother, "m"))
    parts += [_text(column(name), short) for name, short in TEXTS if has(name)]
    parts += [_code(column(name), short) for name, short in CODES if has(name)]
    parts += [_extra(column(f"x{at}"), extra.kind) for at, extra in enumerate(extras)]
    source = column("source").fill_null("")
    sources = tuple(sorted(source.unique().to_list()))
    numbers = dict(zip(sources, range(len(sources)), strict=True))
    source_no = source.replace_strict(numbers, return_dtype=pl.Int32)
    frame = pl.concat([*parts, source_no.to_frame("source")], how="horizontal")
    return Cleaned(frame, _present(frame), names, mother, sources, tuple(extras))


def without_names(cleaned: Cleaned) -> pl.DataFrame:
    """Return the rows without the columns that ``with_names`` makes again."""
    tables = _tables(cleaned.words, cleaned.mother)
    return cleaned.frame.drop(c for t, prefix in tables for c in _named(t, prefix).columns)


def with_names(
    frame: pl.DataFrame, words: WordTable, mother: WordTable | None, order: Sequence[str]
) -> pl.DataFrame:
    """Return rows with the columns by which names are compared.

    Args:
        frame: See ``without_names``.
        words: Names as words.
        mother: Mothers' names as words.
        order: Order of all columns.
    """
    names = [_name(table, prefix) for table, prefix in _tables(words, mother)]
    return pl.concat([frame, *names], how="horizontal").select(order)


def _tables(words: WordTable, mother: WordTable | None) -> list[tuple[WordTable, str]]:
    return [(words, "n")] if mother is None else [(words, "n"), (mother, "m")]


def without_nik(cleaned: Cleaned, rows: Ints) -> Cleaned:
    """Return cleaned rows of which some are known to bear a filler instead of a NIK."""
    if not len(rows):
        return cleaned
    filler = pl.Series(is_among(cleaned.frame["id"].to_numpy(), rows))
    bare = pl.when(~filler)
    return replace(
        cleaned,
        frame=cleaned.frame.with_columns(
            *(bare.then(c).alias(c) for c in ("nik", "n12", "nser", "ntail", "d2")),
            d1=pl.when(filler).then("d0").otherwise("d1"),
        ),
    )


def _content_order(rows: pl.DataFrame) -> Ints:
    """Return the order of rows by what they say; equal rows by their number."""
    content = sorted(c for c in rows.columns if c != "row")
    pieces = [
        piece.select(pl.struct(content).hash(11).alias("key"))["key"].to_numpy()
        for piece in rows.iter_slices(HASHED_AT_ONCE)
    ]
    key = np.concatenate([np.zeros(0, dtype=np.uint64), *pieces])
    order = together(key)
    held = key[order]
    tied = np.zeros(len(order) + 1, dtype=bool)
    tied[1:-1] = held[1:] == held[:-1]
    at = np.flatnonzero(tied[:-1] | tied[1:])
    order[at] = order[at][np.lexsort((rows["row"].to_numpy()[order[at]], held[at]))]
    return order


def _heads(rows: pl.DataFrame, order: Ints) -> pl.DataFrame:
    """Return position, row and side of rows in content order."""
    head = rows.select("row", "side").rechunk()[order].with_row_index("id")
    return head.with_columns(pl.col("id").cast(pl.Int32))


def _column(rows: pl.DataFrame, name: str, kind: type[pl.DataType] = pl.String) -> pl.Series:
    """Return a column, all missing if the table has none."""
    if name in rows.columns:
        return rows[name].cast(kind)
    return pl.Series(name, [None] * rows.height, dtype=kind)


def nik_columns(nik: pl.Series, seen: pl.Series) -> pl.DataFrame:
    """Return whole NIKs and what damaged ones still say.

    ``np`` holds the leading digits (15 of an Excel NIK) or a number that lost or won a digit
    somewhere; ``np12`` what may be its first twelve digits.

    Args:
        nik: NIKs of 16 digits, missing where there is none or it is damaged.
        seen: Readable digits of damaged ones.
    """
    whole = nik.str.len_bytes() == 16
    frame = pl.DataFrame({"nik": nik, "seen": seen, "whole": whole.fill_null(False)})
    size = pl.col("seen").str.len_bytes()
    frame = frame.with_columns(nik=pl.when("whole").then("nik"))
    number = pl.col("nik").cast(pl.Int64, strict=False)
    usable = pl.col("whole").not_() & (size >= LEAST_PREFIX)
    return frame.select(
        "nik",
        n12=number // 10_000,
        nser=(number % 10_000).cast(pl.Int32),
        ntail=number % 10**10,
        np=pl.when(usable).then("seen"),
    ).with_columns(
        np12=pl.when(pl.col("np").str.len_bytes() <= EXCEL_DIGITS)
        .then(pl.col("np").str.slice(0, LEAST_PREFIX))
        .cast(pl.Int64, strict=False)
    )


def _stated(dates: pl.Series) -> pl.Series:
    """Return stated birth dates as numbers yyyymmdd."""
    days = dates.to_physical()
    first, last = days.min(), days.max()
    if not isinstance(first, int) or not isinstance(last, int) or last - first > len(days):
        return _day_numbers(dates)
    # Fewer days than rows lie between: each is taken apart once.
    every = _day_numbers(pl.Series(range(first, last + 1), dtype=pl.Int32).cast(pl.Date))
    return every.gather(days - first)


def _day_numbers(dates: pl.Series) -> pl.Series:
    """Return dates as numbers yyyymmdd."""
    day = pl.col("t").dt
    number = day.year() * 10_000 + day.month().cast(pl.Int32) * 100 + day.day().cast(pl.Int32)
    return pl.DataFrame({"t": dates}).select(number.cast(pl.Int32)).to_series()


def day_columns(stated: pl.Series, ntail: pl.Series) -> pl.DataFrame:
    """Return the stated birth date and, if another, the one the NIK implies.

    Args:
        stated: Dates as numbers yyyymmdd.
        ntail: Last ten digits of the NIKs.
    """
    day = pl.col("ntail") // 10**8
    month, yy = pl.col("ntail") // 10**6 % 100, pl.col("ntail") // 10**4 % 100
    implied = (yy + 1900) * 10_000 + month * 100 + pl.when(day > 40).then(day - 40).otherwise(day)
    later = implied + 100 * 10_000
    latest = REFERENCE.year * 10_000 + REFERENCE.month * 100 + REFERENCE.day
    frame = pl.DataFrame({"s": stated, "ntail": ntail}).with_columns(
        i=pl.when(later <= latest).then(later).otherwise(implied).cast(pl.Int32)
    )
    frame = frame.select(
        d0="s",
        d1=pl.coalesce("s", "i"),
        d2=pl.when(pl.col("s").is_not_null() & (pl.col("i") != pl.col("s"))).then("i"),
    )
    swapped = pl.col("d1") // 10_000 * 10_000 + pl.col("d1") % 100 * 100 + pl.col("d1") // 100 % 100
    return frame.with_columns(ds=swapped)


def _sex(sexes: pl.Series, nik: pl.DataFrame) -> pl.DataFrame:
    """Return 1 for L, 2 for P; the NIK's where none is stated."""
    frame = pl.DataFrame({"s": sexes, "implied": implied_sex(nik["ntail"])})
    stated = pl.col("s").replace_strict(["L", "P"], [1, 2], default=None, return_dtype=pl.Int8)
    return frame.select(sex=pl.coalesce(stated, "implied"))


def implied_sex(ntail: pl.Series) -> pl.Series:
    """Return the sex that NIKs imply, 1 for L, 2 for P.

    Args:
        ntail: Last ten digits of the NIKs.
    """
    day = pl.col("day")
    implied = pl.when(day > 40).then(2).when(day <= 40).then(1).cast(pl.Int8)
    return pl.DataFrame({"day": ntail // 10**8}).select(implied).to_series()


def _name(words: WordTable, prefix: str) -> pl.DataFrame:
    """Return the columns by which the names of rows are compared: text, keys, words."""
    return _named(words, prefix)[words.place]


def _named(words: WordTable, prefix: str) -> pl.DataFrame:
    """Return the columns by which names are compared, a row for each name that differs."""
    sound = {f"{prefix}w{k + 1}": words.sound[:, k] for k in range(words.sound.shape[1])}
    return pl.DataFrame(
        {
            f"{prefix}m": words.normal,
            f"{prefix}plain": _none(words.plain),
            f"{prefix}sound": _none(bag_key(words.sound)),
            f"{prefix}joined": words.joined,
            f"{prefix}count": words.n_full,
            f"{prefix}letters": letters_of(words.normal),
            **sound,
        }
    )


def _none(values: Ints) -> pl.Series:
    """Return numbers with 0 as missing."""
    return pl.DataFrame({"v": values}).select(pl.when(pl.col("v") != 0).then("v")).to_series()


def _text(texts: pl.Series, short: str) -> pl.DataFrame:
    """Return a written field in capitals, letters and digits only, and a number for its value."""
    distinct, place = distinct_values(texts)
    told = _valued(distinct.str.to_uppercase().str.replace_all(NOISE, ""), short)
    if short in LETTERED:
        told = told.with_columns(pl.Series(f"{short}_letters", letters_of(told[f"{short}_t"])))
    return told[place]


def _valued(text: pl.Series, short: str) -> pl.DataFrame:
    """Return a text column and the number of its value, by the alphabet."""
    frame = pl.DataFrame({"t": text}).select(pl.when(pl.col("t").str.len_bytes() > 0).then("t"))
    value = frame["t"].rank("dense").cast(pl.Int32)
    return pl.DataFrame({f"{short}_t": frame["t"], f"{short}_v": value})


def _code(codes: pl.Series, short: str) -> pl.DataFrame:
    """Return a number that is written in many ways (phone, other identifier) in one way."""
    text = codes.str.to_uppercase()
    marked = text.str.contains(r"[^A-Z0-9]").fill_null(False).arg_true()
    if len(marked):  # few have marks, and taking them off is what costs
        text = text.scatter(marked, text.gather(marked).str.replace_all(r"[^A-Z0-9]+", ""))
    if short == "phone":
        text = text.str.replace("^(?:0062|62|0)+", "")
        text = pl.DataFrame({"t": text}).select(
            pl.when(pl.col("t").str.len_bytes() >= 5).then("t")
        )["t"]
    return _valued(text, short)


def _extra(text: pl.Series, kind: str) -> pl.DataFrame:
    """Return a further column in a comparable form."""
    name = text.name
    if kind == "text":
        text = text.str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    else:
        text = text.str.strip_chars()
    return _valued(text, name)


def _present(frame: pl.DataFrame) -> frozenset[str]:
    """Return the fields that have a value in at least one row."""
    shown = {
        "nik": "nik", "np": "np", "date": "d1", "sex": "sex", "name": "nm", "mother": "mm",
    } | {c.removesuffix("_v"): c for c in frame.columns if c.endswith("_v")}  # fmt: skip
    return frozenset(
        field
        for field, column in shown.items()
        if column in frame.columns and frame[column].null_count() < frame.height
    )
