"""Compare pairs of rows: one level per field, packed into one integer pattern.

All functions return SQL text over a table of variants with aliases ``a`` and ``b``. A level says
how much two values agree; 0 always means that one of them is missing. Where agreement means an
*equal value*, its rarity in quarter bits goes along beside the pattern, because sharing a rare
name says more than sharing a common one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cakup.linkage.vocabulary import WORDS_KEPT

#: Joint level of NIK and date = ``NIK_LEVELS.index(nik) * len(DATE_LEVELS) + DATE_LEVELS.index(date)``.
NIK_LEVELS = (
    "missing", "equal", "serial_near", "serial_other", "near_place", "near_day", "same_day", "other",
    "part_equal", "part_other",
)  # fmt: skip
DATE_LEVELS = ("missing", "equal", "near", "new_year", "other")
NAME_LEVELS = (
    "missing", "other", "alike", "typo", "word", "word_alike", "word_typo", "shortened", "sound",
    "equal",
)  # fmt: skip
MOTHER_LEVELS = ("missing", "other", "alike", "typo", "sound")
SEX_LEVELS = ("missing", "other", "equal")
TEXT_LEVELS = ("missing", "other", "alike", "near", "equal")
#: Bits are stored as whole numbers of this many parts.
PARTS_PER_BIT = 4


@dataclass(frozen=True)
class Comparison:
    """One compared field.

    Args:
        name: Name in patterns and evidence.
        short: Beginning of its columns.
        levels: Names of its levels; 0 is ``missing``.
        level: SQL of the level.
        bits: SQL of the rarity of the shared value in parts of a bit, None if it has none.
        exact: Levels at which the rarity counts.
        group: ``identity``, ``name``, ``household`` or ``other``.
    """

    name: str
    short: str
    levels: tuple[str, ...]
    level: str
    bits: str | None = None
    exact: tuple[int, ...] = ()
    group: str = "other"


def comparisons(has: frozenset[str], extras: Sequence[str] = ()) -> list[Comparison]:
    """Return the comparisons for the fields that occur.

    Args:
        has: Fields that occur, see ``cleaning.Cleaned``.
        extras: Names of the further columns, in the order of ``x0, x1, …``.
    """
    found = []
    if "nik" in has or "date" in has or "np" in has:
        levels = tuple(f"{n}/{d}" for n in NIK_LEVELS for d in DATE_LEVELS)
        sql = f"({_nik()}) * {len(DATE_LEVELS)} + ({_date()})"
        dated = tuple(range(1, len(levels), len(DATE_LEVELS)))
        found.append(Comparison("nik_date", "nik_date", levels, sql, "a.dbits", dated, "identity"))
    if "name" in has:
        found.append(
            Comparison(
                "nama", "n", NAME_LEVELS, _name("n"), _name_bits(), (4, 5, 6, 7, 8, 9), "name"
            )
        )
    if "sex" in has:
        found.append(Comparison("jenis_kelamin", "sex", SEX_LEVELS, _sex()))
    if "mother" in has:
        found.append(
            Comparison(
                "nama_ibu",
                "m",
                MOTHER_LEVELS,
                _mother(),
                "least(a.mbits, b.mbits)",
                (4,),
                "household",
            )
        )
    for short, name, group in (
        ("desa", "desa_kelurahan", "household"), ("town", "tempat_lahir", "other"),
        ("addr", "alamat", "household"),
    ):  # fmt: skip
        if short in has:
            found.append(
                Comparison(name, short, TEXT_LEVELS, _text(short), f"a.{short}_bits", (4,), group)
            )
    for short, name, group in (("phone", "telepon", "household"), ("code", "nik", "other")):
        if short in has:
            found.append(
                Comparison(name, short, TEXT_LEVELS, _text(short), f"a.{short}_bits", (4,), group)
            )
    for at, name in enumerate(extras):
        if f"x{at}" in has:
            found.append(
                Comparison(name, f"x{at}", TEXT_LEVELS, _text(f"x{at}"), f"a.x{at}_bits", (4,))
            )
    return found


def sizes(fields: Iterable[Comparison]) -> list[int]:
    """Return the number of levels of each field, the radices of the pattern."""
    return [len(f.levels) for f in fields]


def compare_sql(fields: Sequence[Comparison], pairs: str, variants: str = "variants") -> str:
    """Return the query that compares pairs.

    Args:
        fields: Comparisons.
        pairs: Table with ``l`` and ``r`` (variant numbers) and any further columns.
        variants: Table of variants.

    Returns:
        SQL with all columns of ``pairs``, ``pattern`` (BIGINT) and one ``bits_<i>`` per field that
        has a rarity, and ``kin`` (rarity of what is not the surname).
    """
    columns, factor = [], 1
    pattern: list[str] = []
    named = any(f.name == "nama" for f in fields)
    kin = "least(a.nkin, b.nkin) AS kin, " if named else "0::SMALLINT AS kin, "
    for at, field in enumerate(fields):
        columns.append(f"({field.level})::BIGINT AS level_{at}")
        if field.bits:
            columns.append(f"coalesce({field.bits}, 0)::INTEGER AS raw_{at}")
        pattern.append(f"level_{at} * {factor}")
        factor *= len(field.levels)
    kept = [
        f"CASE WHEN level_{at} IN ({', '.join(map(str, f.exact))}) THEN raw_{at} ELSE 0 END::SMALLINT AS bits_{at}"
        for at, f in enumerate(fields)
        if f.bits
    ]
    return (
        f"SELECT * EXCLUDE ({', '.join(c.split(' AS ')[1] for c in columns)}), "
        f"({' + '.join(pattern)})::BIGINT AS pattern{''.join(', ' + k for k in kept)} FROM ("
        f"SELECT p.*, {kin}{', '.join(columns)} FROM {pairs} p "
        f"JOIN {variants} a ON a.v = p.l JOIN {variants} b ON b.v = p.r)"
    )


def _nik() -> str:
    """Return the SQL of the NIK level."""
    part = "coalesce(a.np, b.np)"
    whole = "coalesce(a.nik, b.nik)"
    return f"""CASE
        WHEN a.nik IS NOT NULL AND b.nik IS NOT NULL THEN CASE
            WHEN a.nik = b.nik THEN 1
            WHEN a.n12 = b.n12 THEN CASE
                WHEN hamming(a.nik, b.nik) = 1
                    OR (hamming(a.nik, b.nik) = 2 AND (a.nser - b.nser) % 9 = 0) THEN 2
                ELSE 3 END
            WHEN a.ntail // 10000 = b.ntail // 10000 THEN
                CASE WHEN hamming(a.nik, b.nik) <= 2 THEN 4 ELSE 6 END
            WHEN hamming(a.nik, b.nik) <= 2 THEN 5
            ELSE 7 END
        WHEN (a.nik IS NULL AND a.np IS NULL) OR (b.nik IS NULL AND b.np IS NULL) THEN 0
        WHEN a.nik IS NULL AND b.nik IS NULL THEN
            CASE WHEN a.np = b.np THEN 8 WHEN left(a.np, 12) = left(b.np, 12) THEN 0 ELSE 9 END
        WHEN length({part}) <= 15 AND starts_with({whole}, {part}) THEN 8
        WHEN levenshtein({whole}, {part}) <= 1 THEN 8
        ELSE 9 END"""


def _near(a: str, b: str, swapped: str) -> str:
    """Return the SQL of the level of two days yyyymmdd that are not equal."""
    return f"""CASE
        WHEN {a} // 10000 = {b} // 10000 AND ({a} % 10000 = 101 OR {b} % 10000 = 101) THEN 3
        WHEN {a} // 100 = {b} // 100 OR {a} % 10000 = {b} % 10000 OR {swapped}
            OR ({a} // 10000 = {b} // 10000 AND {a} % 100 = {b} % 100) THEN 2
        ELSE 4 END"""


def _date() -> str:
    """Return the SQL of the date level.

    Two whole NIKs speak for the days they hold at their own level, so then only stated dates are
    compared; else a row's stated day or the day its NIK implies may agree.
    """
    return f"""CASE
        WHEN a.nik IS NOT NULL AND b.nik IS NOT NULL THEN CASE
            WHEN a.d0 IS NULL OR b.d0 IS NULL THEN 0
            WHEN a.d0 = b.d0 THEN 1
            ELSE {_near("a.d0", "b.d0", "a.ds = b.d0")} END
        WHEN a.d1 IS NULL OR b.d1 IS NULL THEN 0
        WHEN a.d1 = b.d1 OR coalesce(a.d2 = b.d1, false) OR coalesce(a.d1 = b.d2, false)
            OR coalesce(a.d2 = b.d2, false) THEN 1
        ELSE {_near("a.d1", "b.d1", "a.ds = b.d1")} END"""


def shared_words_sql(prefix: str, one: str = "a", other: str = "b", what: str = "1") -> str:
    """Return the SQL of how many words of ``one`` the other name has, or the sum of ``what``."""
    row = ", ".join(f"{other}.{prefix}w{k}" for k in range(1, WORDS_KEPT + 1))
    terms = []
    for k in range(1, WORDS_KEPT + 1):
        value = what if what == "1" else f"coalesce({one}.{what}{k}, 0)"
        terms.append(f"CASE WHEN {one}.{prefix}w{k} IN ({row}) THEN {value} ELSE 0 END")
    return "(" + " + ".join(terms) + ")"


def _name(p: str) -> str:
    """Return the SQL of the level of two names."""
    shared = shared_words_sql(p)
    return f"""CASE
        WHEN a.{p}m IS NULL OR b.{p}m IS NULL THEN 0
        WHEN a.{p}plain = b.{p}plain THEN 9
        WHEN a.{p}sound = b.{p}sound OR a.{p}joined = b.{p}joined THEN 8
        WHEN {shared} > 0 THEN CASE
            WHEN {shared} >= least(a.{p}count, b.{p}count) THEN 7
            WHEN jaro_winkler_similarity(a.{p}m, b.{p}m) >= 0.92 THEN 6
            WHEN jaro_winkler_similarity(a.{p}m, b.{p}m) >= 0.8 THEN 5
            ELSE 4 END
        WHEN jaro_winkler_similarity(a.{p}m, b.{p}m) >= 0.92 THEN 3
        WHEN jaro_winkler_similarity(a.{p}m, b.{p}m) >= 0.85 THEN 2
        ELSE 1 END"""


def _name_bits() -> str:
    """Return the SQL of the rarity of what two names share.

    Equal names count whole; a shortened name counts as the shorter one; else the shared words
    count, less what their going together makes likely.
    """
    shared_bits = shared_words_sql("n", what="nb")
    return f"""CASE
        WHEN a.nsound = b.nsound OR a.njoined = b.njoined THEN least(a.nbits, b.nbits)
        WHEN {shared_words_sql("n")} >= a.ncount THEN least(a.nbits, {shared_bits})
        WHEN {shared_words_sql("n")} >= b.ncount THEN least(b.nbits, {shared_bits})
        ELSE greatest(0, {shared_bits} - CASE WHEN {shared_words_sql("n")} > 1 THEN least(a.ncorr, b.ncorr) ELSE 0 END) END"""


def _sex() -> str:
    """Return the SQL of the level of sexes; a NIK that tells the day tells the sex already."""
    return """CASE
        WHEN a.sex IS NULL OR b.sex IS NULL THEN 0
        WHEN coalesce(a.ntail // 10000 = b.ntail // 10000, false) THEN 0
        WHEN a.sex = b.sex THEN 2 ELSE 1 END"""


def _mother() -> str:
    """Return the SQL of the level of mothers' names."""
    return f"""CASE
        WHEN a.mm IS NULL OR b.mm IS NULL THEN 0
        WHEN a.msound = b.msound OR a.mjoined = b.mjoined THEN 4
        WHEN jaro_winkler_similarity(a.mm, b.mm) >= 0.92 OR {shared_words_sql("m")} >= least(a.mcount, b.mcount) THEN 3
        WHEN jaro_winkler_similarity(a.mm, b.mm) >= 0.85 OR {shared_words_sql("m")} > 0 THEN 2
        ELSE 1 END"""


def _text(short: str) -> str:
    """Return the SQL of the level of two written values."""
    return f"""CASE
        WHEN a.{short}_v IS NULL OR b.{short}_v IS NULL THEN 0
        WHEN a.{short}_v = b.{short}_v THEN 4
        WHEN jaro_winkler_similarity(a.{short}_t, b.{short}_t) >= 0.92 THEN 3
        WHEN jaro_winkler_similarity(a.{short}_t, b.{short}_t) >= 0.8 THEN 2
        ELSE 1 END"""
