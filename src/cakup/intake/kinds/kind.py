"""What a kind of file is: its fields, what it must have, which other kind it may be taken for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cakup.intake.fields import Field, group
from cakup.kernel.language import Text


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Args:
        name: One of ``kernel.schemas.KINDS``.
        title: What it is called.
        groups: Groups of ``fields`` it understands, the most important first.
        requires: Groups of fields of which at least one must be there, each with the columns as a
            sender would call them.
        marks: Fields that tell this kind from others; enough of them in a file that was called
            something else refuse it.
        optional: Fields left out of the groups.
    """

    name: str
    title: Text
    groups: tuple[str, ...]
    requires: tuple[tuple[tuple[str, ...], Text], ...]
    marks: tuple[tuple[str, ...], ...] = ()
    without: frozenset[str] = frozenset()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Fields in the order of their importance."""
        held = [f for name in self.groups for f in group(name) if f.name not in self.without]
        return tuple({f.name: f for f in held}.values())

    @cached_property
    def looks(self) -> dict[str, str]:
        """What the cells of each field look like."""
        return {f.name: f.looks for f in self.fields}


#: Somebody must be named: by number, by name, or by parts of a name.
IDENTITY = (
    ("nik", "nama", "nama_depan"),
    Text("NIK atau NAMA", "NIK or NAMA"),
)
