"""All legal parameters, read file by file as they are asked for."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from cakup.kernel.errors import RuleError
from cakup.kernel.parameters import Parameter, branch_files, read_branch, read_tree, with_local

BUILT_IN = Path(__file__).parent / "parameters"
#: First day for which any rule is recorded.
FIRST_DAY = date(2012, 4, 23)


class Catalogue:
    """The parameter tree, with a workspace's own confirmed answers if it has any.

    Args:
        local: The workspace's ``parameters/law`` folder, None for the built-in values only.
        known: Leave out local answers confirmed after this day.
    """

    def __init__(self, local: Path | None = None, known: date | None = None) -> None:
        self._files = branch_files(BUILT_IN)
        self._read: dict[str, dict[str, Parameter]] = {}
        self._local = read_tree(local) if local else {}
        self._known = known
        for key in self._local:
            self[key]

    def __getitem__(self, key: str) -> Parameter:
        """Return a parameter.

        Raises:
            RuleError: ``parameter.unknown_key`` with the nearest names.
        """
        branch = self._branch_of(key)
        found = self._load(branch).get(key) if branch is not None else None
        if found is None:
            near = get_close_matches(key, self.keys(), n=3, cutoff=0.5) or list(self.keys())[:3]
            raise RuleError("parameter.unknown_key", key=key, near=", ".join(near))
        return found

    def keys(self) -> tuple[str, ...]:
        """Return every key, sorted."""
        return tuple(sorted(key for branch in self._files for key in self._load(branch)))

    def below(self, prefix: str) -> tuple[str, ...]:
        """Return the keys below a prefix in the order in which they stand in their file."""
        branch = self._branch_of(f"{prefix}.x")
        read = self._load(branch) if branch is not None else {}
        return tuple(key for key in read if key.startswith(f"{prefix}."))

    def all(self) -> tuple[Parameter, ...]:
        """Return every parameter, sorted by key."""
        return tuple(self[key] for key in self.keys())

    def _branch_of(self, key: str) -> str | None:
        """Return the longest file key that the key stands under."""
        branch = key
        while branch not in self._files:
            branch, dot, _ = branch.rpartition(".")
            if not dot:
                return None
        return branch

    def _load(self, branch: str) -> dict[str, Parameter]:
        """Read one file once and add the local answers to it."""
        if branch not in self._read:
            read = read_branch(self._files[branch], branch)
            answers = {k: v for k, v in self._local.items() if k in read}
            self._read[branch] = with_local(read, answers, self._known)
        return self._read[branch]


@cache
def built_in() -> Catalogue:
    """Return the built-in catalogue; it is read once."""
    return Catalogue()


def catalogue(local: Path | None = None, known: date | None = None) -> Catalogue:
    """Return the catalogue, with a workspace's own answers if a folder is given.

    Args:
        local: The workspace's ``parameters/law`` folder.
        known: Leave out local answers confirmed after this day.

    Raises:
        RuleError: ``parameter.bad_file``, ``parameter.unknown_key``, ``parameter.other_unit``.
    """
    return Catalogue(local, known) if local is not None and local.is_dir() else built_in()
