"""Our SQL in Spark's dialect: what differs in meaning is said otherwise. No Java is needed."""

from __future__ import annotations

from datetime import date

import pytest

from cakup.coverage import counts
from cakup.kernel.errors import EngineError
from cakup.ledger import build, findings
from cakup.ledger.activity import status_sql
from cakup.ledger.rules import rules_at

spark_sql = pytest.importorskip("cakup.engines.spark_sql", reason="sqlglot is not installed")
DAY = date(2025, 10, 31)


def spark(sql: str) -> str:
    """Return our text as Spark's."""
    text: str = spark_sql.to_spark(spark_sql.parse(sql))
    return text


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT p[1] FROM t", "p[0]"),
        ("SELECT len(p), length(s) FROM t", "SIZE(p), LENGTH(s)"),
        ("SELECT jaro_winkler_similarity(a, b) FROM t", "jaro_winkler_similarity(a, b)"),
        ("SELECT list_has_any(a, b) FROM t", "arrays_overlap(a, b)"),
        ("SELECT list_intersect(a, b) FROM t", "array_intersect(a, b)"),
        ("SELECT min_by(a, b) FROM t", "MIN_BY(a, b) FILTER(WHERE NOT a IS NULL)"),
        ("SELECT row_number() OVER () FROM t", "OVER (ORDER BY NULL"),
        ("SELECT count(*) FILTER (a) FROM t", "FILTER(WHERE a)"),
        ("SELECT (d + to_months(3))::DATE FROM t", "ADD_MONTHS(CAST(d AS DATE), (3) * 1)"),
        ("SELECT date_trunc('month', d)::DATE FROM t", "TRUNC(CAST(d AS DATE), 'MONTH')"),
        ("SELECT a FROM t ORDER BY a", "a NULLS LAST"),
        ("SELECT x // 2 FROM t", "x DIV 2"),
        ("SELECT r.* REPLACE (1 AS a) FROM r", "r.* EXCEPT (a), 1 AS a"),
    ],
)
def test_a_form_that_means_something_else_there_is_changed(ours: str, theirs: str) -> None:
    assert theirs.lower() in spark(ours).lower()


def test_a_list_is_unfolded_in_an_inner_query() -> None:
    text = spark("SELECT id, trim(unnest(string_split(p, ','))) AS q FROM t WHERE id > 1")
    assert text.count("SELECT") == 2
    assert "TRIM(_u0) AS q" in text
    assert text.upper().count("EXPLODE(") == 1
    assert text.index("WHERE") > text.upper().index("EXPLODE(")


def test_two_lists_are_unfolded_side_by_side() -> None:
    text = spark("SELECT unnest(a) AS x, unnest(b) = 0 AS y FROM t").upper()
    assert "INLINE(ARRAYS_ZIP(A, B)) AS (_U0, _U1)" in text


def test_a_series_that_runs_backwards_is_empty() -> None:
    text = spark("SELECT unnest(range(a, b + 1)) AS x FROM t").upper()
    assert "<=" in text
    assert "ARRAY()" in text


def test_the_nearest_row_keeps_one_row_per_row() -> None:
    text = spark("SELECT p.id, c.day FROM p ASOF LEFT JOIN c ON c.id = p.id AND p.after <= c.day")
    assert "ASOF" not in text
    assert "GROUP BY id" in text
    assert "array_min(filter(c._days, x -> p.after <= x))" in text.lower()


def test_inner_names_that_hide_outer_ones_stay_inside() -> None:
    text = spark("WITH a AS (WITH t AS (SELECT 1 AS x FROM t) SELECT * FROM t) SELECT * FROM a, t")
    assert text.upper().count("WITH") == 2


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT * FROM a ASOF JOIN b ON a.x >= b.x"])
def test_what_has_no_translation_is_refused_with_a_code(sql: str) -> None:
    with pytest.raises(EngineError) as caught:
        spark(sql)
    assert caught.value.code == "engine.dialect"


def test_every_text_of_ledger_and_measure_has_a_translation() -> None:
    """Nothing of DuckDB's own is left in what Spark is given."""
    rules = rules_at(DAY)
    scope = counts.Scope("12.75", "ktp", counts.DEFAULT_SEGMENTS, "out")
    texts = [sql for _, sql in build.payment_steps()]
    texts += [build.enrolments_sql(DAY, DAY), build.ledger_order_sql(), build.ledger_sql()]
    texts += [status_sql(DAY, rules), counts.facts_sql(scope, rules), counts.sums_sql()]
    texts += [findings.double_sql(DAY), findings.over_age_sql(DAY, rules)]
    for sql in texts:
        told = spark(sql).upper()
        for form in ("QUALIFY", "UNNEST(", "ASOF", "TO_MONTHS", "LIST_", "BY NAME", "LAMBDA"):
            assert form not in told, (form, sql[:60])
