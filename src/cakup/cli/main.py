"""The command ``cakup``: find the commands, run one, turn errors into sentences and exit codes."""

from __future__ import annotations

import json
import pkgutil
import sys
from importlib import import_module
from typing import Any

import click
import typer
from rich.console import Console

from cakup.cli import commands
from cakup.kernel.errors import CakupError
from cakup.kernel.language import Lang


def build() -> typer.Typer:
    """Return the application with every command module registered."""
    app = typer.Typer(
        name="cakup", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Dari daftar yang terpencar ke angka cakupan yang dapat dipertanggungjawabkan.",
    )  # fmt: skip
    app.callback()(_root)
    for module in sorted(m.name for m in pkgutil.iter_modules(commands.__path__)):
        import_module(f"{commands.__name__}.{module}").register(app)
    return app


def _root() -> None:
    """Dari daftar pekerja yang terpencar ke angka cakupan yang dapat dipertanggungjawabkan."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with the documented exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        build()(args=words, standalone_mode=False)
    except CakupError as err:
        _say_error(err, words)
        sys.exit(err.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except click.ClickException as err:
        err.show()
        sys.exit(2)


def _say_error(err: CakupError, words: list[str]) -> None:
    """Print an error: JSON on stdout if the caller asked for it, else a sentence on stderr."""
    lang = _lang(words)
    if "--json" in words or ("--format" in words and "json" in words):
        payload: dict[str, Any] = {"error": err.parts(lang)}
        sys.stdout.write(json.dumps(payload, ensure_ascii=False) + "\n")
    else:
        Console(stderr=True, highlight=False).print(err.spoken(lang), style="bold", markup=False)


def _lang(words: list[str]) -> Lang:
    """Return the language asked for on the command line; Indonesian if none is."""
    for at, word in enumerate(words):
        if (word == "--lang" and words[at + 1 : at + 2] == ["en"]) or word == "--lang=en":
            return "en"
    return "id"
