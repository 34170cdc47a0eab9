"""What is remembered of each sender: how the name is spelled, and how his columns were mapped.

``senders/<slug>.toml`` holds only what people decided (a mapping file given with ``--mapping``),
never what Cakup guessed: a guess is made anew from each file, so an old mistake cannot live on.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from cakup.engines.files import make_folder, write_text
from cakup.intake.correction import Correction, as_toml, correction_of
from cakup.kernel.errors import UsageError, Where
from cakup.pipeline.workspace import Workspace

MOST_CHARACTERS = 120


def slug(name: str) -> str:
    """Return a name as part of a file name: ``Dinas Perdagangan`` → ``dinas-perdagangan``.

    Args:
        name: Sender or list.

    Raises:
        UsageError: ``intake.sender.bad`` if nothing is left, or the name is too long.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not found or len(name) > MOST_CHARACTERS or "\n" in name:
        raise UsageError("intake.sender.bad", limit=MOST_CHARACTERS)
    return found


def spelled(workspace: Workspace, sender: str) -> str:
    """Return a sender's name as it was first given, so that case and blanks do not split lists.

    Args:
        workspace: Workspace.
        sender: Name as given now.
    """
    return str(_read(_path(workspace, sender)).get("sender", " ".join(sender.split())))


def remembered(workspace: Workspace, sender: str, kind: str, list_name: str) -> Correction:
    """Return what was decided about the columns of a sender's list; empty if nothing was.

    Args:
        workspace: Workspace.
        sender: Sender.
        kind: Kind of file.
        list_name: Which of the sender's lists.
    """
    path = _path(workspace, sender)
    for held in _read(path).get("mapping", ()):
        if held.get("kind") == kind and held.get("list") == list_name:
            rest = {k: v for k, v in held.items() if k not in ("kind", "list")}
            return correction_of(rest, Where(file=path.name))
    return Correction()


def remember(
    workspace: Workspace, sender: str, kind: str, list_name: str, correction: Correction
) -> None:
    """Write down a sender's name and what was decided about one of his lists.

    Args:
        workspace: Workspace, whose writer's lock is held.
        sender: Sender.
        kind: Kind of file.
        list_name: Which of the sender's lists.
        correction: The decision; an empty one only writes the name down.
    """
    path = _path(workspace, sender)
    raw = _read(path)
    held = [
        (str(m["kind"]), str(m["list"]), correction_of(
            {k: v for k, v in m.items() if k not in ("kind", "list")}, Where(file=path.name)
        ))
        for m in raw.get("mapping", ())
    ]  # fmt: skip
    kept = [m for m in held if m[:2] != (kind, list_name)]
    if not correction.is_empty:
        kept.append((kind, list_name, correction))
    elif held == kept or raw == {}:
        kept = held
    text = _text(str(raw.get("sender", " ".join(sender.split()))), kept)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        make_folder(path.parent)
        write_text(path, text)


def _text(sender: str, held: list[tuple[str, str, Correction]]) -> str:
    quoted = as_toml(Correction(scheme=sender)).removeprefix("scheme = ")
    parts = [f"sender = {quoted}"]
    for kind, list_name, correction in sorted(held, key=lambda m: m[:2]):
        name = as_toml(Correction(scheme=list_name)).removeprefix("scheme = ")
        parts.append(f'\n[[mapping]]\nkind = "{kind}"\nlist = {name}{as_toml(correction)}')
    return "".join(parts)


def _path(workspace: Workspace, sender: str) -> Path:
    return workspace.root / "senders" / f"{slug(sender)}.toml"


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise UsageError("intake.mapping.file", where=Where(file=path.name), reason="TOML") from err
