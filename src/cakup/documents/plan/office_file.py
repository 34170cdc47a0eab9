"""Reading ``documents.toml``: every unknown key, day or account is refused with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cakup.documents.plan.office import ACCEPT_PARTS, READY_PARTS, READY_WORDS, Office
from cakup.kernel.errors import InputError, Where
from cakup.planning import starts
from cakup.planning.toml_lines import TomlFile

PROGRAMMES = ("jkk", "jkm", "jht")
BUDGET_KEYS = (
    *PROGRAMMES, "urusan", "bidang_urusan", "program", "sasaran_program", "kegiatan",
    "sub_kegiatan", "kelompok", "organisasi", "unit", "alokasi_sebelum", "change_of",
)  # fmt: skip
PERSON_KEYS = ("jabatan", "nama", "pangkat", "nip")
#: Requirements of a change of the budget.
CHANGE_KEYS = ("perda", "dppa")
#: Table → keys; None = names of the user's own.
TABLES: dict[str, tuple[str, ...] | None] = {
    "office": ("lines", "address", "logo", "sheet", "city", "date", "contact", "copies"),
    "numbering": ("sk", "sk_change", "letter", "kak", "pks", "verval"),
    "signatory": None, "tapd": PERSON_KEYS, "accounts": None, "budget": (*BUDGET_KEYS, "purse"),
    "ready": tuple(READY_WORDS), "change": CHANGE_KEYS, "accept": ("key", *ACCEPT_PARTS),
}  # fmt: skip
#: What a pattern of numbering may hold.
NUMBER_VALUES = {"year": 2027, "purse": "dompet", "n": 1, "place": "wilayah"}
SHEET_NAMES = ("A4", "F4")
_ACCOUNT = re.compile(r"\d(\.\d{1,4}){3,7}")


def read_office(path: Path) -> Office:
    """Read ``documents.toml``; a missing file gives dots everywhere.

    Args:
        path: The file.

    Raises:
        InputError: ``plan.file.…``, ``plan.key.…``, ``plan.documents.…`` with file and line.
    """
    if not path.is_file():
        path = Path(starts.__file__).parent / "documents.toml"
    file = TomlFile(path)
    for name, held in file.data.items():
        if name not in TABLES:
            raise _unknown(name, TABLES, file.where(name))
        rows = held if isinstance(held, list) else [held]
        for n, row in enumerate(rows):
            if not isinstance(row, dict):
                raise InputError("plan.key.not_a_table", where=file.where("", 0, name), key=name)
            _known(file, name, n, row, TABLES[name])
    _check_people(file)
    _check_budget(file)
    _check_ready(file)
    return _office(file, path)


def _unknown(key: str, known: Iterable[str], where: Where) -> InputError:
    names = list(known)
    near = ", ".join(get_close_matches(key, names, n=3, cutoff=0.3) or names)
    return InputError("plan.key.unknown", where=where, key=key[:40], near=near)


def _known(
    file: TomlFile, table: str, n: int, row: Mapping[str, Any], known: Iterable[str] | None
) -> None:
    for key in row if known is not None else ():
        if key not in known:  # type: ignore[operator]
            raise _unknown(key, known or (), file.where(table, n, key))


def _check_people(file: TomlFile) -> None:
    """Refuse unknown keys of signatories, and patterns of numbers that cannot be filled."""
    for role, held in file.data.get("signatory", {}).items():
        if not isinstance(held, dict):
            where = file.where("signatory", 0, role)
            raise InputError("plan.key.not_a_table", where=where, key=f"signatory.{role}"[:40])
        _known(file, f"signatory.{role}", 0, held, PERSON_KEYS)
    for key, pattern in file.data.get("numbering", {}).items():
        try:
            str(pattern).format(**NUMBER_VALUES)
        except (KeyError, IndexError, ValueError) as err:
            raise InputError(
                "plan.documents.bad_number", where=file.where("numbering", 0, key), key=key,
                known=", ".join(f"{{{v}}}" for v in NUMBER_VALUES),
            ) from err  # fmt: skip


def _check_budget(file: TomlFile) -> None:
    """Refuse accounts that are no accounts, and unknown keys of a purse's own budget."""
    for code in file.data.get("accounts", {}):
        if not _ACCOUNT.fullmatch(code):
            where = file.where("accounts", 0, code)
            raise InputError("plan.documents.bad_account", where=where, account=code[:30])
    purses = file.data.get("budget", {}).get("purse", {})
    for purse, held in purses.items():
        _known(file, f"budget.purse.{purse}", 0, held, BUDGET_KEYS)


def _check_ready(file: TomlFile) -> None:
    """Refuse requirements with unknown parts or a day that is none."""
    both = [(t, key, held) for t in ("ready", "change")
            for key, held in file.data.get(t, {}).items()]  # fmt: skip
    for table, key, held in both:
        where = file.where(table, 0, key)
        if not isinstance(held, dict):
            raise InputError("plan.key.not_a_table", where=where, key=f"{table}.{key}")
        for part in held:
            if part not in READY_PARTS:
                raise _unknown(part, READY_PARTS, where)
        _day(held.get("date", ""), where, f"{table}.{key}.date")
    for n, held in enumerate(file.data.get("accept", [])):
        _day(held.get("on", ""), file.where("accept", n, "on"), "accept.on")


def _day(given: Any, where: Where, key: str) -> date | None:
    if isinstance(given, date):
        return given
    if not given:
        return None
    try:
        return date.fromisoformat(str(given))
    except ValueError as err:
        raise InputError("plan.key.bad_date", where=where, key=key) from err


def _office(file: TomlFile, path: Path) -> Office:
    """Build the office from a file whose keys are known."""
    d: dict[str, Any] = file.data
    head, budget = d.get("office", {}), dict(d.get("budget", {}))
    own = budget.pop("purse", {})
    sheet = head.get("sheet", "A4")
    if sheet not in SHEET_NAMES:
        where = file.where("office", 0, "sheet")
        raise InputError("plan.key.bad_choice", where=where, key="sheet", choices="A4, F4")
    logo = path.parent / head["logo"] if head.get("logo") else None
    if logo is not None and not logo.is_file():
        raise InputError("plan.file.missing", where=file.where("office", 0, "logo"), path=logo.name)
    day = _day(head.get("date", ""), file.where("office", 0, "date"), "office.date")
    return Office(
        tuple(head.get("lines", ())), head.get("address", ""), logo, sheet, head.get("city", ""),
        day, head.get("contact", ""), d.get("numbering", {}), d.get("signatory", {}),
        tuple(_texts(m) for m in d.get("tapd", [])), tuple(head.get("copies", ())),
        d.get("accounts", {}), _texts(budget), {p: _texts(v) for p, v in own.items()},
        {k: _texts(v) for k, v in d.get("ready", {}).items()},
        {str(a.get("key")): _texts(a) for a in d.get("accept", [])}, _places(file, own),
        {k: _texts(v) for k, v in d.get("change", {}).items()},
    )  # fmt: skip


def _texts(held: Mapping[str, Any]) -> dict[str, str]:
    return {k: str(v) for k, v in held.items()}


def _places(file: TomlFile, own: Mapping[str, Any]) -> dict[str, Where]:
    """Return where the accounts of programmes stand."""
    places = {f"budget.{p}": file.where("budget", 0, p) for p in PROGRAMMES}
    for purse, held in own.items():
        for key in held:
            places[f"budget.purse.{purse}.{key}"] = file.where(f"budget.purse.{purse}", 0, key)
    return places
