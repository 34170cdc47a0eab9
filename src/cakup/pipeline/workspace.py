"""The workspace folder: configuration, lock, run manifests, received files, imports, decisions."""

from __future__ import annotations

import getpass
import hashlib
import hmac
import os
import secrets
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from cakup import __version__
from cakup.engines.duckdb import DuckEngine
from cakup.engines.files import make_folder, read_json, write_json, write_text
from cakup.engines.lock import FileLock
from cakup.engines.scratch import private_scratch
from cakup.engines.spark_session import check_spark
from cakup.engines.store import CURRENT, Store
from cakup.kernel.errors import ConflictError, UsageError
from cakup.kernel.ports import SqlEngine, Tasks
from cakup.places.codes import is_kode, level_of

CONFIG = "cakup.toml"
#: Engines that can run link, ledger and measure; the first is the default.
ENGINES = ("duckdb", "spark")
#: Settings of Spark that are ours: memory of the driver in megabytes, cores, and how many rows
#: make it worth its while.
SPARK_SIZES = ("memory_mb", "threads", "small_rows")
FOLDERS = ("received", "imports", "decisions", "parameters", "senders", "tables", "runs", "scratch")
WAIT_PAUSE_SECONDS = 0.1
#: Workspace and thread of every writer's lock that this process holds.
_HELD: set[tuple[str, int]] = set()


@dataclass(frozen=True)
class Workspace:
    """One workspace.

    Args:
        root: Its folder.
        place: Kemendagri code of the city, e.g. ``12.75``.
        engine_name: What runs link, ledger and measure: ``duckdb`` or ``spark``.
        spark: Settings of Spark: ``memory_mb``, ``threads``, ``small_rows`` and any ``spark.…``, as
            texts.
    """

    root: Path
    place: str
    engine_name: str = ENGINES[0]
    spark: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def create(root: Path, place: str, *, seed: int | None = None) -> Workspace:
        """Make a new workspace.

        Args:
            root: Folder, made if missing; must not be a workspace yet.
            place: Kemendagri code with dots.
            seed: Makes the key from a number, so that ids repeat. For fictitious data only: a key
                that others can make again protects nobody.

        Raises:
            UsageError: ``workspace.exists``; ``workspace.bad_place`` if the code is not that of a
                city or regency.
        """
        if not is_kode(place) or level_of(place) != "kabkota":
            raise UsageError("workspace.bad_place", place=place[:20])
        if (root / CONFIG).exists():
            raise UsageError("workspace.exists", path=root.name)
        make_folder(root)
        root.chmod(0o700)
        for name in FOLDERS:
            make_folder(root / name)
        key = (
            secrets.token_hex(32)
            if seed is None
            else hashlib.sha256(f"cakup:{seed}".encode()).hexdigest()
        )
        write_text(root / "key", key + "\n")
        head = "# Ruang kerja Cakup. Berisi data pribadi: jangan dibagikan.\n"
        write_text(root / CONFIG, f'{head}place = "{place}"\nformat = 1\n')
        return Workspace(root, place)

    @staticmethod
    def find(given: Path | None = None) -> Workspace:
        """Open the workspace given, else ``$CAKUP_WORKSPACE``, else the nearest parent folder's.

        Raises:
            UsageError: ``workspace.not_found``; ``workspace.bad_config``.
        """
        named = given or (
            Path(os.environ["CAKUP_WORKSPACE"]) if "CAKUP_WORKSPACE" in os.environ else None
        )
        here = (named or Path.cwd()).absolute()
        for folder in [here] if named else [here, *here.parents]:
            if (folder / CONFIG).is_file():
                return Workspace._open(folder)
        raise UsageError("workspace.not_found", path=here.name or str(here))

    @staticmethod
    def _open(root: Path) -> Workspace:
        try:
            config = tomllib.loads((root / CONFIG).read_text(encoding="utf-8"))
            return Workspace(root, str(config["place"]), *_engine_of(config))
        except (tomllib.TOMLDecodeError, KeyError, UnicodeDecodeError) as err:
            raise UsageError("workspace.bad_config", reason=type(err).__name__) from err

    @property
    def key(self) -> bytes:
        """The secret key of keyed hashes (fingerprints, person ids)."""
        return bytes.fromhex((self.root / "key").read_text(encoding="ascii").strip())

    def keyed_hash(self, text: str) -> str:
        """Return the first 32 hexadecimal digits of HMAC-SHA256 of ``text`` under the key."""
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()[:32]

    def store(self, known: date | None = None) -> Store:
        """Return a store pinned to the versions that are current now, or as known on a day."""
        return Store(self.root, f"known-{known.isoformat()}.json" if known else CURRENT)

    @contextmanager
    def engine(self, *, memory_mb: int = 1600, threads: int | None = None) -> Iterator[DuckEngine]:
        """Yield an engine that spills into a folder of its own in the workspace."""
        with (
            private_scratch(self.root / "scratch") as scratch,
            DuckEngine(scratch, memory_mb=memory_mb, threads=threads) as engine,
        ):
            yield engine

    @contextmanager
    def computing(self) -> Iterator[SqlEngine]:
        """Yield the engine that this workspace names, for ledger and measure.

        Raises:
            EngineError: ``engine.spark_missing``, ``engine.java_missing``, ``engine.java_version``
                or ``engine.spark_start`` where Spark is named and cannot run.
        """
        if self.engine_name != "spark":
            with self.engine() as engine:
                yield engine
            return
        with self._spark("cakup.engines.spark", "SparkEngine") as engine:
            yield engine

    @contextmanager
    def tasks(self) -> Iterator[Tasks | None]:
        """Yield what does the pieces of linkage elsewhere, None where this process does them.

        Raises:
            EngineError: As ``computing``.
        """
        if self.engine_name != "spark":
            yield None
            return
        with self._spark("cakup.engines.spark_tasks", "open_tasks") as tasks:
            yield tasks

    @contextmanager
    def _spark(self, module: str, name: str) -> Iterator[Any]:
        """Yield something of Spark; loaded late, Cakup works without it."""
        check_spark()
        made = getattr(import_module(module), name)
        given = dict(self.spark)
        sizes = {n: int(given.pop(n)) for n in SPARK_SIZES if n in given}
        with (
            private_scratch(self.root / "scratch") as scratch,
            made(scratch, settings=given, **sizes) as running,
        ):
            yield running

    @contextmanager
    def writing(self, what: str, wait_seconds: float = 0.0) -> Iterator[None]:
        """Hold the writer's lock while the block runs; one thread may hold it several times.

        Args:
            what: Verb that works, for those who must wait.
            wait_seconds: How long to wait for another writer.

        Raises:
            ConflictError: ``workspace.busy`` if another writer holds it longer than the wait.
        """
        mine = (str(self.root.absolute()), threading.get_ident())
        if mine in _HELD:
            yield
            return
        lock = FileLock(self.root / "lock")
        deadline = time.monotonic() + wait_seconds
        while not lock.take(f"{what} ({_user()}, pid {os.getpid()})", _now_in_words()):
            if time.monotonic() >= deadline:
                held = lock.holder()
                raise ConflictError("workspace.busy", holder=held.what, since=held.since)
            time.sleep(WAIT_PAUSE_SECONDS)
        _HELD.add(mine)
        try:
            _sweep(self.root)
            yield
        finally:
            _HELD.discard(mine)
            lock.release()

    def record_run(self, verb: str, request: dict[str, Any], **facts: Any) -> str:
        """Write ``runs/<id>/manifest.json`` and return the run's id.

        Args:
            verb: Name of the use case.
            request: Its request as plain JSON values.
            facts: Input hashes, row counts, purpose, last decision, ``tables`` (name → version
                written or read: ``cakup clean`` keeps those of the latest runs), …
        """
        now = datetime.now(UTC)
        run_id = f"{now:%Y%m%dT%H%M%S%f}-{verb}-{secrets.token_hex(2)}"
        folder = make_folder(self.root / "runs" / run_id)
        manifest = {
            "verb": verb, "request": request, "version": __version__,
            "ended_at": now.isoformat(), "user": _user(), **facts,
        }  # fmt: skip
        write_json(folder / "manifest.json", manifest)
        return run_id

    def runs(self) -> list[dict[str, Any]]:
        """Return all run manifests, oldest first, each with its ``run_id``."""
        found = sorted((self.root / "runs").glob("*/manifest.json"))
        return [{"run_id": p.parent.name, **read_json(p)} for p in found]


def _engine_of(config: dict[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the engine that the configuration names, and the settings of Spark.

    Raises:
        UsageError: ``workspace.bad_engine`` for another engine; ``workspace.bad_spark`` for a
            setting that is none.
    """
    name = str(config.get("engine", ENGINES[0]))
    if name not in ENGINES:
        raise UsageError("workspace.bad_engine", given=name[:40], choices=", ".join(ENGINES))
    given = config.get("spark", {})
    for key, value in given.items() if isinstance(given, dict) else [("spark", given)]:
        is_size = key in SPARK_SIZES and isinstance(value, int) and value >= (key != "small_rows")
        if not (is_size or (key.startswith("spark.") and isinstance(value, str | int | bool))):
            raise UsageError("workspace.bad_spark", given=key[:40])
    return name, tuple(
        (k, str(v).lower() if isinstance(v, bool) else str(v)) for k, v in given.items()
    )


def _sweep(root: Path) -> None:
    """Remove what a writer that died left half-written; only the holder of the lock may."""
    folders = (
        "received", "decisions", "senders", "parameters", "tables/*", "cache", "imports/*",
        "sent/*",
    )  # fmt: skip
    patterns = (".*.json.*.part", *(f"{folder}/.*.part" for folder in folders))
    for path in (path for pattern in patterns for path in root.glob(pattern)):
        path.unlink(missing_ok=True)


def _user() -> str:
    """Return the name of the user at work; a number where the system knows no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else "?"


def _now_in_words() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
