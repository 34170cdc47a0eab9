"""Which rows are linked together first: those of one kabupaten, by where people are said to live.

A unit is a kabupaten or kota. A list rarely writes its code, but it writes villages and numbers:
the kabupaten of a village on a list is the one in which most of the NIKs beside it were issued, and
the kabupaten of a list likewise. Rows with one NIK stay together, in the unit where most of them
are written to live, wherever the number was issued: that is where the same person's rows without a
number are. Only who is written in two places is left to the second pass (``crossing``).

The unit of a row is a function of all rows, never of how many units are linked at a time.
"""

from __future__ import annotations

from cakup.kernel.ports import SqlEngine

#: Rows that must live in a kabupaten for it to be a unit of its own.
LEAST_ROWS = 500
#: Digits of a damaged NIK from which its first four say where it was issued.
LEAST_SEEN = 12
#: Rows with a NIK from which a village of a list says where it lies.
TELLING = 5
#: The unit of everybody where no place is known at all.
NOWHERE = "0000"


def find_units(engine: SqlEngine, least_rows: int = LEAST_ROWS) -> None:
    """Make ``un_rows(gid, unit)``: the unit of every row, four digits.

    Args:
        engine: Holds ``part_rows(gid BIGINT, source, nik, nik_seen, village, kab)``: ``nik`` a
            whole number of 16 digits or missing, ``source`` and ``village`` of any type, ``kab``
            four digits of the kabupaten where the row itself says so.
        least_rows: Rows that a unit must have.
    """
    for statement in _statements(least_rows):
        engine.run(statement)


def keep_together(engine: SqlEngine) -> None:
    """Move rows that must be compared into one unit, and everything with their NIKs.

    Args:
        engine: Holds ``un_rows`` and ``part_pairs(left_gid, right_gid)``: pairs of rows that are
            one person by decision or by one participant number.
    """
    engine.run("""
        CREATE OR REPLACE TEMP TABLE un_ties AS
        SELECT least(a.key, b.key) AS low, greatest(a.key, b.key) AS high
        FROM part_pairs p
        JOIN un_keys a ON a.gid = p.left_gid JOIN un_keys b ON b.gid = p.right_gid
        WHERE a.key <> b.key""")
    engine.run("""
        CREATE OR REPLACE TEMP TABLE un_tied AS
        SELECT DISTINCT key, key AS label FROM (
            SELECT low AS key FROM un_ties UNION ALL SELECT high FROM un_ties)""")
    while True:
        engine.run("""
            CREATE OR REPLACE TEMP TABLE un_next AS
            SELECT key, min(label) AS label FROM (
                SELECT key, label FROM un_tied
                UNION ALL SELECT t.high, a.label FROM un_ties t JOIN un_tied a ON a.key = t.low
                UNION ALL SELECT t.low, a.label FROM un_ties t JOIN un_tied a ON a.key = t.high)
            GROUP BY key""")
        moved = engine.value(
            "SELECT count(*) FROM un_next n JOIN un_tied t ON t.key = n.key "
            "WHERE t.label <> n.label"
        )
        engine.run("CREATE OR REPLACE TEMP TABLE un_tied AS SELECT * FROM un_next")
        if not moved:
            break
    engine.run("""
        CREATE OR REPLACE TEMP TABLE un_rows AS
        SELECT r.gid, coalesce(m.unit, r.unit) AS unit
        FROM un_rows r LEFT JOIN (
            SELECT k.gid, min(r.unit) OVER (PARTITION BY t.label) AS unit
            FROM un_tied t JOIN un_keys k ON k.key = t.key JOIN un_rows r ON r.gid = k.gid) m
          ON m.gid = r.gid""")


def _statements(least_rows: int) -> tuple[str, ...]:
    return (
        # Rows with one NIK have one key; a row without has a key of its own.
        f"""
        CREATE OR REPLACE TEMP TABLE un_told AS
        SELECT gid, source, CASE WHEN nik IS NULL THEN -1 - gid ELSE nik::BIGINT END AS key,
            CASE WHEN nik IS NOT NULL THEN (nik::BIGINT // 1000000000000)::SMALLINT
                 WHEN length(nik_seen) >= {LEAST_SEEN} THEN left(nik_seen, 4)::SMALLINT
            END AS issued, nik IS NOT NULL AS is_whole, village,
            kab::SMALLINT AS kab
        FROM part_rows""",
        f"""
        CREATE OR REPLACE TEMP TABLE un_villages AS
        SELECT source, village, arg_min(issued, (-n, issued)) AS place
        FROM (SELECT source, village, issued, count(*) AS n FROM un_told
              WHERE is_whole AND village IS NOT NULL GROUP BY ALL)
        GROUP BY source, village HAVING 2 * max(n) > sum(n) AND sum(n) >= {TELLING}""",
        """
        CREATE OR REPLACE TEMP TABLE un_lists AS
        SELECT source, arg_min(issued, (-n, issued)) AS place
        FROM (SELECT source, issued, count(*) AS n FROM un_told WHERE is_whole GROUP BY ALL)
        GROUP BY source HAVING 2 * max(n) > sum(n)""",
        """
        CREATE OR REPLACE TEMP TABLE un_places AS
        SELECT t.gid, t.key, t.issued, t.is_whole,
               coalesce(t.kab, v.place, l.place) AS place,
               l.place AS list_place
        FROM un_told t
        LEFT JOIN un_villages v ON v.source IS NOT DISTINCT FROM t.source AND v.village = t.village
        LEFT JOIN un_lists l ON l.source IS NOT DISTINCT FROM t.source""",
        f"""
        CREATE OR REPLACE TEMP TABLE un_units AS
        SELECT place, lpad(place::VARCHAR, 4, '0') AS unit, count(*) AS n
        FROM un_places WHERE place IS NOT NULL GROUP BY place HAVING count(*) >= {least_rows}""",
        # Nearly everybody is written in one place: only the others need counting.
        """
        CREATE OR REPLACE TEMP TABLE un_ends AS
        SELECT p.key, min(u.place) AS low, max(u.place) AS high
        FROM un_places p LEFT JOIN un_units u ON u.place = p.place
        WHERE p.is_whole GROUP BY p.key""",
        # Where nobody says where somebody lives: where his number was issued, else his list.
        """
        CREATE OR REPLACE TEMP TABLE un_homes AS
        SELECT e.key, u.unit FROM un_ends e JOIN un_units u ON u.place = e.low
        WHERE e.low = e.high
        UNION ALL
        SELECT key, arg_min(unit, (-n, unit)) AS unit
        FROM (SELECT p.key, u.unit, count(*) AS n FROM un_places p
              JOIN un_units u ON u.place = p.place
              WHERE p.key IN (SELECT key FROM un_ends WHERE low < high) GROUP BY ALL)
        GROUP BY key
        UNION ALL
        SELECT p.key, min(coalesce(i.unit, l.unit)) AS unit
        FROM un_places p
        LEFT JOIN un_units i ON i.place = p.issued
        LEFT JOIN un_units l ON l.place = p.list_place
        WHERE p.key IN (SELECT key FROM un_ends WHERE low IS NULL) GROUP BY p.key""",
        "CREATE OR REPLACE TEMP VIEW un_keys AS SELECT gid, key FROM un_places",
        f"""
        CREATE OR REPLACE TEMP TABLE un_rows AS
        SELECT p.gid, coalesce(
            CASE WHEN p.is_whole THEN h.unit ELSE coalesce(o.unit, i.unit, l.unit) END,
            (SELECT arg_min(unit, (-n, unit)) FROM un_units), '{NOWHERE}') AS unit
        FROM un_places p LEFT JOIN un_homes h ON h.key = p.key
        LEFT JOIN un_units o ON o.place = p.place
        LEFT JOIN un_units i ON i.place = p.issued
        LEFT JOIN un_units l ON l.place = p.list_place""",
    )
