"""Runs the commands of a page: its ```sh blocks in order, and what a person does by hand between.

``<!-- tangan: NAME -->`` in the page stands for work by hand (filling in a workbook); the test
gives a function for each name. Commands of Cakup run in this process, others in a shell.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from cakup.cli.main import _run

_PART = re.compile(
    r"^```(?P<kind>sh|text)\n(?P<body>.*?)^```$|<!-- tangan: (?P<hand>[a-z-]+) -->",
    re.MULTILINE | re.DOTALL,
)
_HEREDOC = re.compile(r"<<'(\w+)'")


@dataclass(frozen=True)
class Part:
    """A block of the page.

    Args:
        kind: ``sh``, ``text`` or ``hand``.
        body: Its lines, or the name of the work by hand.
    """

    kind: str
    body: str


def parts(page: Path) -> list[Part]:
    """Return the blocks of a page, in order."""
    found = _PART.finditer(page.read_text(encoding="utf-8"))
    return [Part("hand", m["hand"]) if m["hand"] else Part(m["kind"], m["body"]) for m in found]


def commands(block: str) -> list[str]:
    """Return the commands of a block: long lines joined, here-documents kept whole."""
    found: list[str] = []
    waits_for: str | None = None
    for line in block.splitlines():
        if waits_for is not None:
            found[-1] += f"\n{line}"
            waits_for = None if line == waits_for else waits_for
        elif found and found[-1].endswith("\\"):
            found[-1] = found[-1][:-1] + line.strip()
        elif line.strip():
            found.append(line)
            begun = _HEREDOC.search(line)
            waits_for = begun[1] if begun else None
    return found


def run(command: str, environment: dict[str, str]) -> tuple[int, str]:
    """Run one command in the current folder; return its exit code and what it printed."""
    first = command.split(maxsplit=1)[0]
    if first == "export":
        name, _, value = command.removeprefix("export ").partition("=")
        environment[name] = os.environ[name] = value
        return 0, ""
    if first != "cakup":
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, check=False,
            env={**os.environ, **environment},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = _run(shlex.split(command, comments=True)[1:])
    return code, out.getvalue() + (err.getvalue() if code else "")


def follow(
    page: Path, folder: Path, hands: Mapping[str, Callable[[Path], None]],
    told: Callable[[str, int, str], None],
) -> None:  # fmt: skip
    """Do everything that a page says.

    Args:
        page: The page.
        folder: Where to work.
        hands: Work by hand, by its name.
        told: Called after each command with the command, its exit code and its output.
    """
    environment: dict[str, str] = {}
    with chdir(folder):
        for part in parts(page):
            if part.kind == "hand":
                hands[part.body](folder)
            elif part.kind == "sh":
                for command in commands(part.body):
                    told(command, *run(command, environment))
