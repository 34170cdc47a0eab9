"""Our SQL texts in Spark's dialect: the same statements, said so that Spark means the same.

``sqlglot`` does most of it. What it leaves, because the two engines differ in meaning and not in
words, is done here: lists begin at 1 in DuckDB and at 0 in Spark; ``unnest`` stands anywhere in
DuckDB and only alone in a column of Spark; ``min_by`` passes missing values over in DuckDB; months
are added to dates, never to timestamps; a series that runs backwards is empty, not an error.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar, cast

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark
from sqlglot.errors import SqlglotError

from cakup.kernel.errors import EngineError


class Ours(DuckDB):
    """The dialect in which feature code writes: DuckDB's, with lists told from texts by ``len``."""

    class Parser(DuckDB.Parser):
        """``len`` counts the values of a list, ``length`` the letters of a text."""

        FUNCTIONS = {  # noqa: RUF012
            **DuckDB.Parser.FUNCTIONS,
            "LEN": exp.ArraySize.from_arg_list,
        }


class Theirs(Spark):
    """Spark's dialect, with inner ``WITH`` left where it stands: its names may hide outer ones."""

    class Generator(Spark.Generator):
        """Writes the text."""

        EXPRESSIONS_WITHOUT_NESTED_CTES: ClassVar[set[Any]] = set()


def to_spark(statement: exp.Expression) -> str:
    """Return a parsed statement as Spark's text.

    Args:
        statement: Statement of our dialect; it is changed.

    Raises:
        EngineError: ``engine.dialect`` for a form that has no translation.
    """
    # Innermost first: what is replaced then already holds what its own parts became.
    for node in reversed(list(statement.walk())):
        for change in _CHANGES:
            changed = change(node)
            if changed is not node:
                node.replace(changed)
                break
    for select in reversed(list(statement.find_all(exp.Select))):
        _asof(select)
        _starred(select)
        _unnested(select)
    return str(statement.sql(dialect=Theirs))


@lru_cache(maxsize=512)
def _parsed(sql: str) -> exp.Expression:
    try:
        return cast("exp.Expression", Ours().parse(sql)[0])
    except SqlglotError as err:
        raise EngineError("engine.dialect", form=type(err).__name__) from None


def parse(sql: str) -> exp.Expression:
    """Return a statement of our dialect, parsed; every call gives one of its own.

    Raises:
        EngineError: ``engine.dialect`` for a text that is not understood.
    """
    return _parsed(sql).copy()


def _call(name: str, *arguments: exp.Expression | None) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=[a for a in arguments if a is not None])


def _named(node: exp.Expression) -> exp.Expression:
    """Give functions their name in Spark."""
    if isinstance(node, exp.JarowinklerSimilarity):
        return _call("jaro_winkler_similarity", node.this, node.expression)
    if isinstance(node, exp.Anonymous):
        name = str(node.this).lower()
        if name == "list_intersect":
            return _call("array_intersect", *node.expressions)
        if name in ("date_sub", "datesub") and node.expressions[0].name == "year":
            months = _call("months_between", node.expressions[2], node.expressions[1])
            years = exp.Div(this=months, expression=exp.Literal.number(12))
            return exp.Cast(this=exp.Paren(this=years), to=exp.DataType.build("BIGINT"))
        if name == "list_has_all":
            return _call("forall", node.expressions[1], _contained(node.expressions[0]))
    if isinstance(node, exp.ArrayOverlaps):
        return _call("arrays_overlap", node.this, node.expression)
    return node


def _contained(held: exp.Expression) -> exp.Expression:
    """Return the lambda ``x -> array_contains(held, x)``."""
    x = exp.to_identifier("x")
    return exp.Lambda(this=_call("array_contains", held, exp.column("x")), expressions=[x])


#: Functions that make an interval of whole months: months per unit.
_MONTHS = {"to_months": 1, "to_years": 12}


def _months(node: exp.Expression) -> exp.Expression:
    """Add months to dates; a month begins on a date, not on a timestamp."""
    if isinstance(node, exp.Add | exp.Sub):
        step = node.expression
        months = _MONTHS.get(str(step.this).lower()) if isinstance(step, exp.Anonymous) else None
        if months:
            number = exp.Paren(this=step.expressions[0])
            number = exp.Mul(this=number, expression=exp.Literal.number(months))
            number = exp.Neg(this=exp.Paren(this=number)) if isinstance(node, exp.Sub) else number
            return _call("add_months", _date(node.this), number)
    if isinstance(node, exp.DateTrunc | exp.TimestampTrunc):
        return _call("trunc", _date(node.this), exp.Literal.string(node.text("unit")))
    return node


def _date(value: exp.Expression) -> exp.Expression:
    return exp.Cast(this=value, to=exp.DataType.build("DATE"))


def _counted(node: exp.Expression) -> exp.Expression:
    """Number rows without an order of their own; a window of Spark must have one."""
    is_count = isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber)
    if is_count and not node.args.get("order"):
        node.set("order", exp.Order(expressions=[exp.Ordered(this=exp.Null())]))
    return node


def _passing_over_missing(node: exp.Expression) -> exp.Expression:
    """``min_by`` and ``max_by`` pass missing values over, as in DuckDB."""
    if not isinstance(node, exp.ArgMin | exp.ArgMax):
        return node
    known = exp.Not(this=exp.Is(this=node.this.copy(), expression=exp.Null()))
    parent = node.parent
    if isinstance(parent, exp.Filter):
        where = parent.expression
        if not where.meta.get("known"):
            where.set("this", exp.and_(where.this, known))
            where.meta["known"] = True
        return node
    where = exp.Where(this=known)
    where.meta["known"] = True
    return exp.Filter(this=node.copy(), expression=where)


def _series(node: exp.Expression) -> exp.Expression:
    """A series that runs backwards, or from or to nowhere, is empty."""
    if isinstance(node, exp.GenerateSeries):
        start, end, step = node.args["start"], node.args["end"], node.args.get("step")
        if node.args.get("is_end_exclusive"):
            end = exp.Paren(this=exp.Sub(this=exp.Paren(this=end), expression=_one()))
        is_dates = isinstance(step, exp.Interval)
        if is_dates:
            start, end = _date(start), _date(end)
        step = step or _one()
        run = _call("sequence", start, end, step)
        return exp.If(
            this=exp.LTE(this=start.copy(), expression=end.copy()),
            true=run,
            false=_call("array"),
        )
    return node


def _one() -> exp.Expression:
    return exp.Literal.number(1)


_CHANGES: tuple[Callable[[exp.Expression], exp.Expression], ...] = (
    _named, _months, _counted, _passing_over_missing, _series,
)  # fmt: skip


def _starred(select: exp.Select) -> None:
    """``* REPLACE (…)`` becomes ``* EXCEPT (…)`` with the new columns behind."""
    columns: list[exp.Expression] = []
    for column in select.expressions:
        star = column.this if isinstance(column, exp.Column) else column
        replaced = star.args.get("replace") if isinstance(star, exp.Star) else None
        columns.append(column)
        if replaced:
            star.set("replace", None)
            star.set("except_", [exp.to_identifier(r.alias) for r in replaced])
            columns += replaced
    select.set("expressions", columns)


#: Parts of a query that speak of its result, or are said before it.
_OF_THE_RESULT = ("with_", "order", "limit", "offset", "distinct")


def _unnested(select: exp.Select) -> None:
    """Let lists be unfolded in an inner query, where they may stand alone."""
    found = [c for c in select.expressions if c.find(exp.Unnest, exp.Explode)]
    if not found:
        return
    names: list[str] = []
    lists: list[exp.Expression] = []
    inner: list[exp.Expression] = []
    outer: list[exp.Expression] = []
    for at, column in enumerate(select.expressions):
        star = column.this if isinstance(column, exp.Column) else column
        if column in found:
            outer.append(_lifted(column, names, lists))
        elif isinstance(star, exp.Star):
            inner.append(column)
            outer.append(exp.Star())
        else:
            name = column.alias_or_name or f"_c{at}"
            given = column.this if isinstance(column, exp.Alias) else column
            inner.append(exp.alias_(given, f"_k{at}"))
            outer.append(exp.alias_(exp.column(f"_k{at}"), name, quoted=True))
    hidden = [exp.to_identifier(n) for n in names]
    for column in outer:
        if isinstance(column, exp.Star):
            column.set("except_", [h.copy() for h in hidden])
    query = select.copy()
    query.set("expressions", [*inner, _unfolding(names, lists)])
    for part in list(select.args):
        # What speaks of the result stays outside.
        if part in _OF_THE_RESULT:
            query.set(part, None)
        else:
            select.set(part, None)
    select.set("expressions", outer)
    select.set("from_", exp.From(this=query.subquery("_unfolded")))


def _lifted(
    column: exp.Expression, names: list[str], lists: list[exp.Expression]
) -> exp.Expression:
    """Return a column with its ``unnest`` replaced by the name that the inner query gives it."""

    def replaced(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Unnest | exp.Explode):
            lists.append(node.expressions[0] if isinstance(node, exp.Unnest) else node.this)
            names.append(f"_u{len(names)}")
            return exp.column(names[-1])
        return node

    return column.transform(replaced)


def _unfolding(names: list[str], lists: list[exp.Expression]) -> exp.Expression:
    """Return the one column of the inner query that unfolds lists, side by side."""
    if len(lists) == 1:
        return exp.alias_(_call("explode", lists[0]), names[0])
    zipped = _call("inline", _call("arrays_zip", *lists))
    return exp.Aliases(this=zipped, expressions=[exp.to_identifier(n) for n in names])


def _asof(select: exp.Select) -> None:
    """An ``ASOF LEFT JOIN`` looks into a sorted list per key: rows stay one for one."""
    for join in select.args.get("joins") or []:
        if str(join.args.get("method") or "").upper() != "ASOF":
            continue
        right = join.alias_or_name
        equal: list[exp.Expression] = []
        near: exp.Expression | None = None
        for part in join.args["on"].flatten() if isinstance(join.args["on"], exp.And) else []:
            if isinstance(part, exp.EQ):
                equal.append(part)
            else:
                near = part
        if near is None or not isinstance(near, exp.LTE | exp.LT):
            raise EngineError("engine.dialect", form="ASOF")
        day = near.expression.name
        keys = [e.this.name if e.this.table == right else e.expression.name for e in equal]
        held = (
            exp.select(*keys)
            .select(exp.alias_(_call("collect_list", exp.column(day)), "_days"))
            .from_(join.this.name)
            .group_by(*keys)
        )
        for column in list(select.find_all(exp.Column)):
            if column.table == right and column.name == day and column is not near.expression:
                column.replace(_nearest(near, right))
        on = exp.and_(*equal)
        join.set("method", None)
        join.set("this", held.subquery(right))
        join.set("on", on)


def _nearest(near: exp.Expression, right: str) -> exp.Expression:
    """Return the smallest value of the list that meets the condition."""
    test: Any = near.copy()
    test.set("expression", exp.column("x"))
    chosen = exp.Lambda(this=test, expressions=[exp.to_identifier("x")])
    return _call("array_min", _call("filter", exp.column("_days", table=right), chosen))
