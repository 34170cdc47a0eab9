"""The exact pass: equal NIK and agreeing name need no score."""

from __future__ import annotations

from cakup.linkage.compare import shared_words_sql

#: Rows with one NIK and different names from which the NIK counts as filler, not as a number.
FILLER_NAMES = 10


def exact_sql(rows: str = "lk_rows") -> str:
    """Return the query of the pairs with equal NIK, ``same`` if the names agree too.

    Names agree if they sound alike, if one is the other shortened, or by Jaro-Winkler of 0.80; if
    the stated birth dates contradict, only names that sound alike will do, because a relative's
    number is a common mistake.
    """
    shared = shared_words_sql("n")
    sound = "coalesce(a.nsound = b.nsound, false) OR coalesce(a.njoined = b.njoined, false)"
    alike = (
        "coalesce(jaro_winkler_similarity(a.nm, b.nm) >= 0.8, false) "
        f"OR {shared} >= least(a.ncount, b.ncount)"
    )
    dates = "coalesce(a.d0 = b.d0 OR a.ds = b.d0, true)"
    return (
        f"SELECT a.v AS l, b.v AS r, coalesce(({sound}) OR ({dates} AND ({alike})), false) AS same "
        f"FROM {rows} a JOIN {rows} b ON a.nik = b.nik AND a.v < b.v"
    )


def same_number_sql(rows: str = "lk_rows") -> str:
    """Return the query of the pairs of participant rows with one KPJ and agreeing names."""
    return (
        f"SELECT a.v AS l, b.v AS r FROM {rows} a JOIN {rows} b ON a.kpj = b.kpj AND a.v < b.v "
        "WHERE a.nsound = b.nsound OR a.njoined = b.njoined "
        "OR jaro_winkler_similarity(a.nm, b.nm) >= 0.8"
    )
