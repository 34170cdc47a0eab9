"""What ``cakup link`` counts for the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cakup.kernel.ports import SqlEngine

#: Sizes of clusters that are counted one by one; larger ones together.
LARGEST_COUNTED_SIZE = 5
#: States of decisions that are counted.
STATES = ("applied", "replaced", "contradicting", "orphaned")


def count(engine: SqlEngine, review_pairs: int) -> dict[str, Any]:
    """Return the counts of ``link.Result`` but for the decisions.

    Args:
        engine: Holds ``records``, ``made_memberships``, ``made_persons`` and ``made_answers``.
        review_pairs: Pairs that wait for a decision.
    """
    kinds = engine.frame("SELECT kind, count(*) AS n FROM records GROUP BY kind ORDER BY kind")
    sizes = engine.frame(f"""
        SELECT CASE WHEN n_records > {LARGEST_COUNTED_SIZE} THEN '{LARGEST_COUNTED_SIZE + 1}+'
                    ELSE n_records::VARCHAR END AS size, count(*) AS n
        FROM made_persons GROUP BY size ORDER BY size""")
    on = engine.frame("""
        SELECT count(*) AS persons, count_if(listed) AS listed, count_if(enrolled) AS participants,
               count_if(enrolled AND (listed OR registered)) AS linked_participants
        FROM (SELECT bool_or(kind = 'daftar_pekerja') AS listed,
                     bool_or(kind = 'peserta') AS enrolled, bool_or(kind = 'dtsen') AS registered
              FROM made_memberships GROUP BY person_id)""").row(0, named=True)
    return {
        "records": dict(kinds.rows()),
        **{name: int(n or 0) for name, n in on.items()},
        "known_workers": int(
            engine.value("SELECT count_if(is_known_worker) FROM made_persons") or 0
        ),
        "review_pairs": review_pairs,
        "answers": int(engine.value("SELECT count(*) FROM made_answers")),
        "answers_orphaned": int(
            engine.value("SELECT count(*) FROM made_answers WHERE person_id IS NULL")
        ),
        "cluster_sizes": dict(sizes.rows()),
    }
