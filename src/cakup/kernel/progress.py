"""How a use case tells how far it is; the command line and the worker supply the listener."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A listener for long work; it must be cheap, it is called often."""

    def step(self, what: str, done: int = 0, total: int | None = None) -> None:
        """Say what is happening and how many rows (or other units) of how many are done."""

    def note(self, text: str) -> None:
        """Say one line that should stay on screen."""


class Silent:
    """A listener that says nothing."""

    def __repr__(self) -> str:
        return "SILENT"

    def step(self, what: str, done: int = 0, total: int | None = None) -> None:
        """Do nothing."""

    def note(self, text: str) -> None:
        """Do nothing."""


SILENT: Progress = Silent()
