"""The command ``cakup``: find the commands, run one, turn errors into sentences and exit codes."""

from __future__ import annotations

import errno
import json
import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from cakup.cli import commands
from cakup.kernel.errors import AccessError, CakupError, EngineError, InputError, UsageError
from cakup.kernel.language import Lang

INTERRUPTED = 130
#: Indonesian words for commands: alias → command, and alias → its subcommands.
ALIASES: dict[str, tuple[str, dict[str, str]]] = {
    "padan": ("crosscheck", {"kirim": "send", "terima": "receive"}),
    "lapangan": ("field", {"kirim": "send", "terima": "receive"}),
    "olah": ("run", {}),
}


def build(first: str | None = None) -> typer.Typer:
    """Return the application with its command modules registered.

    Args:
        first: First word of the command line: if it is a command of its own module, only that
            module is loaded, so that a short question is answered at once.
    """
    app = typer.Typer(
        name="cakup", add_completion=False, rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Dari daftar yang terpencar ke angka cakupan yang dapat dipertanggungjawabkan.",
    )  # fmt: skip
    app.callback(invoke_without_command=True)(_root)
    modules = sorted(m.name for m in pkgutil.iter_modules(commands.__path__))
    for module in [m for m in modules if m in _spellings(first)] or modules:
        import_module(f"{commands.__name__}.{module}").register(app)
    return app


def _spellings(first: str | None) -> tuple[str, ...]:
    """Return the module names under which a command may stand."""
    name = (first or "").replace("-", "_")
    return (name, f"{name}_")


def _root(context: typer.Context) -> None:
    """Dari daftar yang terpencar ke angka cakupan yang dapat dipertanggungjawabkan."""
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with the documented exit code."""
    words = in_english(sys.argv[1:] if arguments is None else arguments)
    sys.exit(_run(words))


def in_english(words: list[str]) -> list[str]:
    """Return a command line with its Indonesian command words in place of which the English stand.

    Args:
        words: Words after ``cakup``.
    """
    if not words or words[0] not in ALIASES:
        return words
    name, below = ALIASES[words[0]]
    rest = words[1:]
    return [name, *(below.get(rest[0], rest[0]), *rest[1:])] if rest else [name]


def _run(words: list[str]) -> int:
    """Run one command and return its exit code; this is the only place that catches everything."""
    try:
        code = build(next(iter(words), None))(args=words, prog_name="cakup", standalone_mode=False)
    except CakupError as err:
        return _say_error(err, words)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except typer.TyperException as err:
        return _say_error(_from_typer(err), words)
    except OSError as err:
        return _say_error(_from_system(err), words)
    except Exception as err:
        if os.environ.get("CAKUP_TRACE"):
            raise
        return _say_error(EngineError("usage.internal", kind=type(err).__name__), words)
    return code if isinstance(code, int) else 0


def _from_typer(err: typer.TyperException) -> UsageError:
    """Return the error for a command that Typer does not understand, in the user's language."""
    param, name = getattr(err, "param", None), getattr(err, "option_name", None)
    if type(err).__name__ == "MissingParameter" and param is not None:
        option = param.opts[0]
        return UsageError("usage.missing", option=option if option[0] == "-" else option.upper())
    if type(err).__name__ == "NoSuchOption" and name is not None:
        near = ", ".join(sorted(getattr(err, "possibilities", None) or ()))
        command = getattr(getattr(err, "ctx", None), "command_path", "cakup")
        if not near:
            return UsageError("usage.no_option_like_it", option=name[:40], command=command)
        return UsageError("usage.no_such_option", option=name[:40], near=near, command=command)
    return UsageError("usage.command", reason=err.format_message())


def _from_system(err: OSError) -> CakupError:
    """Return the error for what the operating system refused; only the file's name is told."""
    name = Path(str(err.filename)).name if err.filename else "…"
    if isinstance(err, FileNotFoundError):
        return InputError("usage.file_missing", path=name)
    if isinstance(err, PermissionError):
        return AccessError("workspace.no_permission", path=name)
    if err.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return AccessError("workspace.disk_full", path=name)
    return EngineError("usage.internal", kind=type(err).__name__)


def _say_error(err: CakupError, words: list[str]) -> int:
    """Print an error, JSON on stdout if asked for, else on stderr; return its exit code."""
    lang = _lang(words)
    if "--json" in words or ("--format" in words and "json" in words):
        payload: dict[str, Any] = {"error": err.parts(lang)}
        sys.stdout.write(json.dumps(payload, ensure_ascii=False) + "\n")
    else:
        Console(stderr=True, highlight=False).print(err.spoken(lang), style="bold", markup=False)
    return err.exit_code


def _lang(words: list[str]) -> Lang:
    """Return the language asked for on the command line; Indonesian if none is."""
    for at, word in enumerate(words):
        if (word == "--lang" and words[at + 1 : at + 2] == ["en"]) or word == "--lang=en":
            return "en"
    return "id"
