"""Options for the inputs of the law, made from the one table that case files use."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

import typer

from cakup.law.questions.facts import INPUTS

#: Further spellings of an option.
ALSO = {"born": ("--birth",)}
TEXTS_ONLY_IN_FILES = ("note", "claim")


def taking_inputs(run: Callable[..., Any], *, without: tuple[str, ...] = ()) -> Callable[..., Any]:
    """Return a command with one option per input beside the parameters of ``run``.

    Args:
        run: Does the work; takes ``inputs`` as a mapping of what was given.
        without: Inputs that this command does not take.
    """
    names = [n for n in INPUTS if n not in (*without, *TEXTS_ONLY_IN_FILES)]
    own = dict(inspect.signature(run).parameters)
    del own["inputs"]
    hints = get_type_hints(run, include_extras=True)

    def command(**given: Any) -> Any:
        inputs = {name: given.pop(name) for name in names if name in given}
        return run(inputs={k: v for k, v in inputs.items() if v is not None}, **given)

    only = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(n, only, default=p.default, annotation=hints[n]) for n, p in own.items()
    ] + [
        inspect.Parameter(n, only, default=None, annotation=_annotation(n)) for n in names
    ]  # fmt: skip
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    command.__doc__, command.__name__ = run.__doc__, run.__name__
    return command


def _annotation(name: str) -> Any:
    """Return the option of one input; everything but flags is read as text, as in a file."""
    meta = INPUTS[name].metadata
    word = f"--{name.replace('_', '-')}"
    if meta["kind"] == "flag":
        option = typer.Option(f"{word}/--no-{name.replace('_', '-')}", help=meta["says"].id)
        return Annotated[bool | None, option]
    option = typer.Option(word, *ALSO.get(name, ()), help=meta["says"].id)
    return Annotated[str | None, option]
