"""One partition in a process of its own: ``python -m cakup.pipeline.partition_worker``.

Words: FOLDER STEP THREADS [UNIT…]. For every unit that is done it prints a line of JSON. When it is
killed, the units that it finished are kept.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cakup.kernel.errors import CakupError
from cakup.pipeline.partition_files import Shelf
from cakup.pipeline.partition_steps import WHOLE, Steps


def do_piece(folder: str, step: str, unit: str) -> int:
    """Do a step for one unit, or for the whole, with one thread; return its rows.

    Args:
        folder: Shelf of the run.
        step: Step.
        unit: Unit, ``whole`` for a step that is not of one unit.
    """
    steps = Steps(Shelf(Path(folder)), 1)
    if unit == WHOLE:
        getattr(steps, step)()
        return 0
    return int(getattr(steps, step)(unit))


def main(words: list[str]) -> int:
    """Do a step for some units; return the exit code."""
    folder, step, threads, *units = words
    steps = Steps(Shelf(Path(folder)), int(threads) or None)
    try:
        if not units:
            getattr(steps, step)()
        for unit in units:
            rows = getattr(steps, step)(unit)
            print(json.dumps({"unit": unit, "rows": rows}), flush=True)  # noqa: T201
    except CakupError as err:
        print(json.dumps({"code": err.code, "exit": err.exit_code}), flush=True)  # noqa: T201
        return err.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
