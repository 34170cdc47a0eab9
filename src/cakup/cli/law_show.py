"""How parameters, changes, doubts and case results look on a terminal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cakup.cli.law_view import STATUS, say_parameter, value_text
from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.law import history
from cakup.law.cases import count_states
from cakup.law.regulations import as_written
from cakup.law.rules import all_rules

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.kernel.parameters import Parameter, Value
    from cakup.law.cases import Result
    from cakup.law.catalogue import Catalogue


def say_show(
    out: Terminal, key: str, catalogue: Catalogue, on: date | None, *, history: bool
) -> None:
    """Print a parameter, or every parameter below a branch.

    Args:
        out: Terminal.
        key: Key of a parameter or of a branch.
        catalogue: Parameters.
        on: Day, None for no day.
        history: Whether to print every value.
    """
    below = [k for k in catalogue.keys() if k.startswith(f"{key}.")]  # noqa: SIM118 - no mapping
    listed = [catalogue[k] for k in below] if below else [catalogue[key]]
    chosen = [
        (p, tuple(p.values) if history else (() if on is None else _in_force(p, on, below)))
        for p in listed
    ]
    if out.json:
        data = [_payload(p, values) for p, values in chosen]
        out.data(data if below else data[0])
        return
    for parameter, values in chosen:
        say_parameter(out, parameter, values)
    if not below:
        users = [r.name for r in all_rules().values() if r.reads(key)]
        said = ", ".join(users) or Text("tidak ada; keterangan saja", "none; information only")(
            out.lang
        )
        out.say(Text(f"Dipakai oleh aturan: {said}", f"Read by rules: {said}"))


def _in_force(parameter: Parameter, on: date, branch: list[str]) -> tuple[Value, ...]:
    """Return the value in force; in a branch, nothing for what is not."""
    found = parameter.find(on)
    if branch:
        return (found,) if found is not None else ()
    return (parameter.at(on),)


def _payload(parameter: Parameter, values: tuple[Value, ...]) -> dict[str, Any]:
    """Return a parameter for JSON; exact numbers as text."""
    return {
        "key": parameter.key, "description": parameter.description,
        "description_en": parameter.description_en, "unit": parameter.unit,
        "values": [
            {"since": v.since.isoformat(),
             "value": v.value if isinstance(v.value, int) else as_written(v.value),
             "status": v.status, "note": v.note,
             "reference": [{"title": r.title, "href": r.href, "partial": r.partial}
                           for r in v.references]}
            for v in values
        ],
        "rules": [r.name for r in all_rules().values() if r.reads(parameter.key)],
    }  # fmt: skip


def say_diff(out: Terminal, changes: tuple[history.Change, ...]) -> None:
    """Print what changed, by the regulation that changed it."""
    if out.json:
        out.data([_change(change) for change in changes])
        return
    if not changes:
        out.say(Text("Tidak ada yang berubah.", "Nothing changed."))
        return
    titles = dict.fromkeys(c.regulation.title if c.regulation else "–" for c in changes)
    for title in titles:
        own = [c for c in changes if (c.regulation.title if c.regulation else "–") == title]
        regulation = own[0].regulation
        out.say(title, style="bold")
        if regulation is not None:
            out.say(Text(f"Bagi: {regulation.concerns.id}", f"For: {regulation.concerns.en}"))
        heads = [
            t(out.lang) for t in (Text("parameter", "parameter"), Text("sebelum", "before"),
            Text("sesudah", "after"), Text("sejak", "since"), Text("pasal", "article"))
        ]  # fmt: skip
        rows: list[list[object]] = [
            [c.parameter.key, value_text(c.before, c.parameter.unit, out.lang),
             value_text(c.after, c.parameter.unit, out.lang),
             c.after.since.isoformat() if c.after else "", c.after.title if c.after else ""]
            for c in own
        ]  # fmt: skip
        out.table(heads, rows, right=(1, 2))


def _change(change: history.Change) -> dict[str, Any]:
    """Return a change for JSON."""
    before, after, regulation = change.before, change.after, change.regulation
    return {
        "key": change.parameter.key,
        "before": as_written(before.value) if before else None,
        "after": as_written(after.value) if after else None,
        "since": after.since.isoformat() if after else None,
        "status": after.status if after else None,
        "article": after.title if after else None,
        "regulation": regulation.id if regulation else None,
        "concerns": {"id": regulation.concerns.id, "en": regulation.concerns.en}
        if regulation else None,
    }  # fmt: skip


def say_status(out: Terminal, catalogue: Catalogue, on: date | None) -> None:
    """Print what is not confirmed, what rests on it, and the open questions."""
    doubts = history.doubts(on, catalogue)
    questions = history.open_questions()
    if out.json:
        out.data({
            "unconfirmed": [
                {"key": d.parameter.key, "status": d.value.status,
                 "since": d.value.since.isoformat(), "source": d.value.title,
                 "rules": [r.name for r in d.rules], "results": list(d.outputs)}
                for d in doubts
            ],
            "questions": [
                {"id": q.id, "question": q.question(out.lang), "readings": q.readings(out.lang),
                 "taken": q.taken(out.lang), "ask": q.ask(out.lang), "keys": list(q.keys)}
                for q in questions
            ],
        })  # fmt: skip
        return
    counts = {s: sum(d.value.status == s for d in doubts) for s in STATUS}
    told = ", ".join(
        f"{spelling.count(n, out.lang)} {STATUS[s](out.lang)}" for s, n in counts.items() if n
    )
    out.say(Text(f"Belum pasti: {told}", f"Not sure: {told}"), style="bold")
    words = (Text("parameter", "parameter"), Text("status", "status"),
             Text("yang bertumpu padanya", "what rests on it"))  # fmt: skip
    out.table([word(out.lang) for word in words], _doubt_rows(doubts, out))
    out.say(Text("Pertanyaan hukum yang terbuka", "Open legal questions"), style="bold")
    for q in questions:
        out.say(f"  {q.question(out.lang)}")
        out.say(Text(f"      dipakai: {q.taken.id}", f"      taken: {q.taken.en}"))
    out.next(Text("cakup law show KUNCI; jawaban setempat: parameters/law/",
                  "cakup law show KEY; local answers: parameters/law/"))  # fmt: skip


def _doubt_rows(doubts: tuple[history.Doubt, ...], out: Terminal) -> list[list[object]]:
    """Return one row per doubt; the rows of one table of the law with the same status are one."""
    nothing = Text("keterangan saja", "information only")(out.lang)
    rows: dict[tuple[str, str, str], int] = {}
    for d in doubts:
        branch, _, name = d.parameter.key.rpartition(".")
        key = f"{branch}.*" if branch.endswith(".rows") else f"{branch}.{name}"
        row = (key, STATUS[d.value.status](out.lang), ", ".join(d.outputs) or nothing)
        rows[row] = rows.get(row, 0) + 1
    return [
        [f"{key} ({n})" if n > 1 else key, status, results]
        for (key, status, results), n in rows.items()
    ]


def say_cases(out: Terminal, results: list[Result], written: Path | None) -> None:
    """Print what became of each case and the counts."""
    if out.json:
        out.data({"results": [r.payload() for r in results]})
        return
    heads = [
        t(out.lang) for t in (Text("kasus", "case"), Text("keadaan", "status"),
        Text("selisih", "difference"), Text("keterangan", "reason"))
    ]  # fmt: skip
    rows: list[list[object]] = [
        [r.id, r.status, ", ".join(f"{k}: {_gap(v)}" for k, v in r.difference.items()), r.reason]
        for r in results
    ]  # fmt: skip
    out.table(heads, rows)
    counts = count_states(results)
    told = ", ".join(f"{n} {state}" for state, n in counts.items())
    out.say(told, style="bold")
    if written is not None:
        out.next(Text(f"lihat {written}", f"see {written}"))


def _gap(value: Any) -> str:
    """Return a difference in words."""
    return "–" if value is None else f"{value:+d}" if isinstance(value, int) else str(value)
