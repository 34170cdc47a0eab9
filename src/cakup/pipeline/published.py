"""Adding to the registers of denominators and targets, and listing them; shared by both verbs."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from cakup.coverage.printed import read_count, read_percent
from cakup.coverage.register import KINDS, NATION, Entry, Kind, read_entries, read_register
from cakup.engines.files import write_text
from cakup.kernel.errors import UsageError
from cakup.kernel.parameters import STATUSES, read_raw
from cakup.pipeline.workspace import Workspace
from cakup.places.codes import is_kode

HEADS = {
    "denominators": "# Penyebut milik kantor ini. Baris hanya bertambah; jangan menghapus.\n",
    "targets": "# Target milik kantor ini. Baris hanya bertambah; jangan menghapus.\n",
}


@dataclass(frozen=True)
class AddRequest:
    """A published number to be recorded with its paper.

    Args:
        issuer: Who published it.
        document: Title or number of the document.
        year: Year to which it refers.
        reading: How it is to be read: what it counts, or a share of what.
        persons: Number of persons as printed, exact; or
        percent: Percentage as printed (targets only).
        kind: One of ``coverage.register.KINDS`` of the register.
        place: Kemendagri code, ``nasional``, or None for the workspace's place.
        id: Name under which it is asked for, None for one made of kind, place and year.
        since: ISO day from which it answers, None for 1 January of the year.
        status: Status word; ``confirmed`` needs the three fields below.
        confirmed_by: Person who confirmed it.
        confirmed_on: ISO day of that.
        confirmed_document: Document of the confirmation.
        href: Link.
        note: Remark.
        received_on: ISO day of recording, None for today.
        wait_seconds: How long to wait for a busy workspace.
    """

    issuer: str
    document: str
    year: int
    reading: str
    persons: str | None = None
    percent: str | None = None
    kind: str = ""
    place: str | None = None
    id: str | None = None
    since: str | None = None
    status: str = "unconfirmed"
    confirmed_by: str = ""
    confirmed_on: str = ""
    confirmed_document: str = ""
    href: str = ""
    note: str = ""
    received_on: str | None = None
    wait_seconds: float = 0.0


def add(name: Kind, request: AddRequest, workspace: Workspace) -> Entry:
    """Append an entry to a register of the workspace and return it as it is read back.

    Args:
        name: ``denominators`` or ``targets``.
        request: The number and its paper.
        workspace: Workspace whose ``parameters`` folder is written.

    Raises:
        UsageError: ``coverage.register.…`` or ``usage.bad_choice`` for what is missing or wrong.
        RuleError: ``parameter.bad_file`` if the register would not load afterwards.
    """
    raw = _raw_entry(name, request, workspace.place)
    path = workspace.root / "parameters" / f"{name}.yaml"
    with workspace.writing(name, request.wait_seconds):
        held = path.read_text(encoding="utf-8") if path.exists() else HEADS[name]
        before = _entries_in(path, name)
        entry = read_entries([_as_text(raw)], name, path.name)[0]
        if _gist(entry) in {_gist(e) for e in before}:
            raise UsageError("coverage.register.same_twice", id=entry.id)
        block = yaml.safe_dump([raw], allow_unicode=True, sort_keys=False, width=100)
        # What stands there is kept to the letter: a hand-written remark survives.
        write_text(path, held + ("" if held.endswith("\n") else "\n") + block)
        workspace.record_run(f"{name[:-1]}-add", asdict(request), purpose=name, rows={name: 1})
    return entry


def listed(name: Kind, workspace: Workspace | None, place: str | None = None) -> tuple[Entry, ...]:
    """Return the entries that answer, by place, id and date.

    Args:
        name: ``denominators`` or ``targets``.
        workspace: Workspace whose entries are added, None for the package's own only.
        place: Only this place and the areas inside it.
    """
    local = workspace.root / "parameters" if workspace else None
    found = read_register(name, local).current()
    if place is None:
        return found
    return tuple(e for e in found if e.place == place or e.place.startswith(f"{place}."))


def _entries_in(path: Path, name: Kind) -> tuple[Entry, ...]:
    """Return the entries of the workspace's own file; a missing file has none."""
    return read_entries(read_raw(path, name), name, path.name) if path.exists() else ()


def _gist(entry: Entry) -> tuple[str, date, int | Decimal, str]:
    return entry.id, entry.since, entry.value, entry.status


def _raw_entry(name: Kind, request: AddRequest, home: str) -> dict[str, Any]:
    """Return the entry as it is written, every field checked."""
    for field in ("issuer", "document", "reading"):
        if not getattr(request, field).strip():
            raise UsageError("coverage.register.paper_missing", option=f"--{field}")
    place = request.place or home
    kind = request.kind or next(iter(KINDS[name]))
    _choose("--kind", kind, KINDS[name])
    _choose("--status", request.status, STATUSES)
    if place != NATION and not is_kode(place):
        raise UsageError("coverage.register.bad_place")
    unit, value = _value(name, request)
    since = _day(request.since, "--since") if request.since else date(request.year, 1, 1)
    stated: dict[str, Any] = {
        "value": value, "status": request.status, "issuer": request.issuer, "year": request.year,
        "reading": request.reading, "reference": {"title": request.document},
        "received_on": _day(request.received_on, "--received-on")
        if request.received_on else datetime.now(UTC).date(),
    }  # fmt: skip
    if request.href:
        stated["reference"]["href"] = request.href
    if request.note:
        stated["note"] = request.note
    if request.status == "confirmed":
        stated |= _confirmation(request)
    words = KINDS[name][kind].id
    return {
        "id": request.id or _made_id(kind, place, request.year), "place": place, "kind": kind,
        "description": f"{words} menurut {request.issuer}", "unit": unit, "values": {since: stated},
    }  # fmt: skip


def _value(name: Kind, request: AddRequest) -> tuple[str, int | float]:
    """Return unit and value; a denominator is persons, a target persons or a share."""
    if (request.persons is None) == (request.percent is None):
        raise UsageError("coverage.register.one_value")
    if request.persons is not None:
        read = read_count(request.persons, "--persons")
        if read.low != read.high or read.point <= 0:
            raise UsageError("coverage.register.inexact", option="--persons")
        return "persons", int(read.point)
    if name == "denominators":
        raise UsageError("coverage.register.persons_only")
    share = read_percent(request.percent or "", "--percent").point / 100
    if not 0 < share <= 1:
        raise UsageError("coverage.register.inexact", option="--percent")
    # A printed percentage has few digits: the shortest float spells exactly these in the file,
    # and the register reads the spelling, never the float.
    return "share", float(share)


def _confirmation(request: AddRequest) -> dict[str, Any]:
    """Return who confirmed a value, when and by which document."""
    if not (request.confirmed_by and request.confirmed_on and request.confirmed_document):
        raise UsageError("coverage.register.confirmation")
    return {
        "confirmed_by": request.confirmed_by,
        "confirmed_on": _day(request.confirmed_on, "--confirmed-on"),
        "document": request.confirmed_document,
    }


def _made_id(kind: str, place: str, year: int) -> str:
    """Return a name such as ``angkatan-kerja-12.75-2025``."""
    return f"{kind.replace('_', '-')}-{place}-{year}"


def _choose(option: str, given: str, choices: Any) -> None:
    if given not in choices:
        raise UsageError("usage.bad_choice", option=option, given=given, choices=", ".join(choices))


def _day(text: str, option: str) -> date:
    """Return an ISO day; a year and month stand for the first day."""
    try:
        return date.fromisoformat(f"{text}-01" if re.fullmatch(r"\d{4}-\d{2}", text) else text)
    except ValueError as err:
        raise UsageError("usage.bad_date", option=option) from err


def _as_text(value: Any) -> Any:
    """Return an entry with its numbers as text, as the parameter format reads them."""
    if isinstance(value, dict):
        return {k: _as_text(v) for k, v in value.items()}
    return str(value) if isinstance(value, int | float) else value
