"""How much of the suite runs: what ``make test`` has time for, or all of it (CI).

Nothing is only in the short version: it tries the same properties on fewer examples and leaves out
tests marked ``slow``.
"""

from __future__ import annotations

import os

#: Whether everything is to run.
WHOLE = os.environ.get("CAKUP_CI", "") not in ("", "0")
#: One of how many examples the short version tries, and how many at least.
SHORTENED, LEAST = 4, 5


def examples(n: int, least: int = LEAST) -> int:
    """Return on how many examples a property is tried; ``CAKUP_EXAMPLES`` names another number.

    Args:
        n: Examples when everything runs.
        least: Examples when little runs; fewer than usual where one example is a whole city.
    """
    told = os.environ.get("CAKUP_EXAMPLES")
    if told:
        return int(told)
    return n if WHOLE else max(n // SHORTENED, min(least, n))
