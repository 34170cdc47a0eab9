"""Compare pairs of rows: one level per field, packed into one integer pattern.

All functions return SQL text over a table of variants with aliases ``a`` and ``b``. A level says
how much two values agree; 0 always means that one of them is missing. Where agreement means an
*equal value*, its rarity in quarter bits goes along beside the pattern, because sharing a rare
name says more than sharing a common one.

A field is compared in two steps, because DuckDB computes an expression again at every mention:
``facts`` are computed once per pair, level and rarity from the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cakup.linkage.vocabulary import WORDS_KEPT

#: Joint level of NIK and date: position of the NIK's level × number of dates' levels + the date's.
NIK_LEVELS = (
    "missing", "equal", "serial_near", "serial_other", "near_place", "near_day", "same_day",
    "other", "part_equal", "part_other",
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
#: Jaro-Winkler similarity from which two texts differ by a slip of the pen, or are alike.
TYPO, ALIKE, ALIKE_WITH_WORD = 0.92, 0.85, 0.80


@dataclass(frozen=True)
class Comparison:
    """One compared field.

    Args:
        name: Name in patterns and evidence.
        short: Beginning of its columns.
        levels: Names of its levels; 0 is ``missing``.
        facts: Name → SQL over ``a`` and ``b``, computed once per pair.
        level: SQL of the level, over the facts.
        bits: SQL of the rarity of the shared value in parts of a bit, over the facts; None if it
            has none.
        exact: Levels at which the rarity counts.
    """

    name: str
    short: str
    levels: tuple[str, ...]
    facts: dict[str, str]
    level: str
    bits: str | None = None
    exact: tuple[int, ...] = ()


def comparisons(has: frozenset[str], extras: Sequence[str] = ()) -> list[Comparison]:
    """Return the comparisons for the fields that occur.

    Args:
        has: Fields that occur, see ``cleaning.Cleaned``.
        extras: Names of the further columns, in the order of ``x0, x1, …``.
    """
    found = []
    if has & {"nik", "np", "date"}:
        found.append(_nik_date_field())
    if "name" in has:
        found.append(_name_field())
    if "sex" in has:
        found.append(
            Comparison("jenis_kelamin", "sex", SEX_LEVELS, {"sex_level": _sex()}, "sex_level")
        )
    if "mother" in has:
        found.append(_mother_field())
    written = [("desa", "desa_kelurahan"), ("town", "tempat_lahir"), ("addr", "alamat"),
               ("phone", "telepon"), ("code", "nik")]  # fmt: skip
    written += [(f"x{at}", name) for at, name in enumerate(extras)]
    return found + [_text_field(short, name) for short, name in written if short in has]


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
        SQL with all columns of ``pairs``, ``pattern`` (BIGINT), ``bits_<i>`` per field that has a
        rarity, and ``kin`` (rarity of what of two names is not the surname).
    """
    facts = {name: sql for field in fields for name, sql in field.facts.items()}
    named = any(f.name == "nama" for f in fields)
    kin = "least(a.nkin, b.nkin)" if named else "0::SMALLINT"
    told = "".join(f", {sql} AS {name}" for name, sql in facts.items())
    inner = (
        f"SELECT p.*, {kin} AS kin{told} FROM {pairs} p "
        f"JOIN {variants} a ON a.v = p.l JOIN {variants} b ON b.v = p.r"
    )
    levels = "".join(f", ({f.level})::BIGINT AS level_{at}" for at, f in enumerate(fields))
    raw = "".join(
        f", coalesce({f.bits}, 0)::SMALLINT AS raw_{at}" for at, f in enumerate(fields) if f.bits
    )
    dropped = ", ".join(facts)
    middle = f"SELECT * EXCLUDE ({dropped}){levels}{raw} FROM ({inner})"
    return f"SELECT {_packed(fields)} FROM ({middle})"


def _packed(fields: Sequence[Comparison]) -> str:
    """Return the outermost columns: levels packed into ``pattern``, rarities where they count."""
    terms, factor, bits = [], 1, []
    helpers = [f"level_{at}" for at in range(len(fields))]
    for at, field in enumerate(fields):
        terms.append(f"level_{at} * {factor}")
        factor *= len(field.levels)
        if field.bits:
            helpers.append(f"raw_{at}")
            exact = ", ".join(map(str, field.exact))
            bits.append(
                f"CASE WHEN level_{at} IN ({exact}) THEN raw_{at} ELSE 0 END::SMALLINT AS bits_{at}"
            )
    pattern = f"({' + '.join(terms)})::BIGINT AS pattern"
    return ", ".join([f"* EXCLUDE ({', '.join(helpers)})", pattern, *bits])


def shared_words_sql(prefix: str, bits: str | None = None) -> str:
    """Return the SQL of how many words of ``a`` the name of ``b`` has, or of their rarity.

    Args:
        prefix: Beginning of the word columns: ``n`` names, ``m`` mothers.
        bits: Beginning of the columns of the words' rarities, None to count the words.
    """
    row = ", ".join(f"b.{prefix}w{k}" for k in range(1, WORDS_KEPT + 1))
    terms = []
    for k in range(1, WORDS_KEPT + 1):
        value = f"a.{bits}{k}" if bits else "1"
        terms.append(f"CASE WHEN a.{prefix}w{k} IN ({row}) THEN {value} ELSE 0 END")
    return "(" + " + ".join(terms) + ")"


def _nik_date_field() -> Comparison:
    levels = tuple(f"{n}/{d}" for n in NIK_LEVELS for d in DATE_LEVELS)
    equal = tuple(range(1, len(levels), len(DATE_LEVELS)))
    facts = {"nik_level": _nik(), "date_level": _date(), "date_bits": "a.dbits"}
    level = f"nik_level * {len(DATE_LEVELS)} + date_level"
    return Comparison("nik_date", "nik_date", levels, facts, level, "date_bits", equal)


def _nik() -> str:
    """Return the SQL of the NIK level."""
    part, whole = "coalesce(a.np, b.np)", "coalesce(a.nik, b.nik)"
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


def _name_field() -> Comparison:
    """Return the comparison of names.

    Equal names count with the rarity of the whole name; a shortened name counts as the shorter
    one; else the shared words count, less what their going together makes likely.
    """
    equal = "a.nplain = b.nplain"
    sound = "(a.nsound = b.nsound OR a.njoined = b.njoined)"
    facts = {
        "n_equal": f"CASE WHEN {equal} THEN 2 WHEN {sound} THEN 1 ELSE 0 END",
        "n_shared": shared_words_sql("n"),
        "n_bits": shared_words_sql("n", "nb"),
        "n_alike": f"CASE WHEN {equal} OR {sound} THEN 1 "
        "ELSE jaro_winkler_similarity(a.nm, b.nm) END",
        "n_left": "a.ncount", "n_right": "b.ncount", "n_left_bits": "a.nbits",
        "n_right_bits": "b.nbits", "n_together": "least(a.ncorr, b.ncorr)",
    }  # fmt: skip
    level = f"""CASE
        WHEN n_alike IS NULL THEN 0 WHEN n_equal = 2 THEN 9 WHEN n_equal = 1 THEN 8
        WHEN n_shared > 0 THEN CASE
            WHEN n_shared >= least(n_left, n_right) THEN 7
            WHEN n_alike >= {TYPO} THEN 6 WHEN n_alike >= {ALIKE_WITH_WORD} THEN 5 ELSE 4 END
        WHEN n_alike >= {TYPO} THEN 3 WHEN n_alike >= {ALIKE} THEN 2 ELSE 1 END"""
    bits = """CASE
        WHEN n_equal > 0 THEN least(n_left_bits, n_right_bits)
        WHEN n_shared >= n_left THEN least(n_left_bits, n_bits)
        WHEN n_shared >= n_right THEN least(n_right_bits, n_bits)
        WHEN n_shared > 1 THEN greatest(0, n_bits - n_together) ELSE n_bits END"""
    return Comparison("nama", "n", NAME_LEVELS, facts, level, bits, (4, 5, 6, 7, 8, 9))


def _sex() -> str:
    """Return the SQL of the level of sexes; a NIK that tells the day tells the sex already."""
    return """CASE
        WHEN a.sex IS NULL OR b.sex IS NULL THEN 0
        WHEN coalesce(a.ntail // 10000 = b.ntail // 10000, false) THEN 0
        WHEN a.sex = b.sex THEN 2 ELSE 1 END"""


def _mother_field() -> Comparison:
    sound = "(a.msound = b.msound OR a.mjoined = b.mjoined)"
    facts = {
        "m_alike": f"CASE WHEN {sound} THEN 2 ELSE jaro_winkler_similarity(a.mm, b.mm) END",
        "m_shared": shared_words_sql("m"),
        "m_least": "least(a.mcount, b.mcount)",
        "m_bits": "least(a.mbits, b.mbits)",
    }
    level = f"""CASE
        WHEN m_alike IS NULL THEN 0 WHEN m_alike = 2 THEN 4
        WHEN m_alike >= {TYPO} OR (m_shared > 0 AND m_shared >= m_least) THEN 3
        WHEN m_alike >= {ALIKE} OR m_shared > 0 THEN 2
        ELSE 1 END"""
    return Comparison("nama_ibu", "m", MOTHER_LEVELS, facts, level, "m_bits", (4,))


def _text_field(short: str, name: str) -> Comparison:
    """Return the comparison of two written values."""
    alike = (
        f"CASE WHEN a.{short}_v = b.{short}_v THEN 2 "
        f"ELSE jaro_winkler_similarity(a.{short}_t, b.{short}_t) END"
    )
    facts = {f"{short}_alike": alike, f"{short}_rare": f"a.{short}_bits"}
    level = f"""CASE
        WHEN {short}_alike IS NULL THEN 0 WHEN {short}_alike = 2 THEN 4
        WHEN {short}_alike >= {TYPO} THEN 3 WHEN {short}_alike >= 0.8 THEN 2 ELSE 1 END"""
    return Comparison(name, short, TEXT_LEVELS, facts, level, f"{short}_rare", (4,))
