"""Spark is found and started: Java first, then one session per process, quiet and private.

Nothing of Spark is imported before it is asked for: Cakup works without it.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cakup.kernel.cores import cores
from cakup.kernel.errors import EngineError

#: Versions of Java on which PySpark 4 runs.
JAVA_VERSIONS = (17, 21)
#: Shuffled tables are cut into this many parts per core; Spark joins small ones again.
PARTS_PER_CORE = 2
JAVA_SECONDS = 30
#: Spark takes its own settings where a logger has no appender.
NO_LOG = """status = off
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
"""
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
#: What the extra ``cakup[spark]`` installs.
NEEDED = ("pyspark", "sqlglot", "pandas")


def check_spark() -> None:
    """Refuse to go on where PySpark or its Java is missing.

    Raises:
        EngineError: ``engine.spark_missing``, ``engine.java_missing``, ``engine.java_version``.
    """
    if any(find_spec(name) is None for name in NEEDED):
        raise EngineError("engine.spark_missing")
    found = java_version()
    if found is None:
        raise EngineError("engine.java_missing")
    if found not in JAVA_VERSIONS:
        raise EngineError("engine.java_version", found=found)


def java_version() -> int | None:
    """Return the main version of the Java that Spark would take, None without one."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    return _version_of(program) if program else None


@cache
def _version_of(program: str) -> int | None:
    """Ask a Java for its version; ``1.8`` is version 8."""
    try:
        told = subprocess.run(  # noqa: S603
            [program, "-version"], capture_output=True, text=True, timeout=JAVA_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(found.group(1)) if found else None


def start(scratch: Path, memory_mb: int, threads: int | None, more: Mapping[str, str]) -> Any:
    """Return a session of Spark, started if none runs.

    Args:
        scratch: Private folder for everything that Spark spills.
        memory_mb: Memory of the driver, which is also the worker on one machine, megabytes.
        threads: Cores on one machine, None = all.
        more: Settings ``spark.…`` that the workspace gives; they win over ours.

    Raises:
        EngineError: ``engine.spark_missing``, ``engine.java_missing``, ``engine.java_version``,
            ``engine.spark_start``.
    """
    check_spark()
    quiet()
    from pyspark.sql import SparkSession

    n_threads = threads or cores()
    settings = {**_settings(scratch, memory_mb, n_threads), **more}
    options = f"{_silent(scratch)} {settings.get(JAVA_OPTIONS, '')}"
    settings[JAVA_OPTIONS] = options.strip()
    builder = SparkSession.builder.appName("cakup")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as err:  # the launcher of the JVM raises what it likes
        kind = type(err).__name__
    else:
        return session
    raise EngineError("engine.spark_start", kind=kind)


def _silent(scratch: Path) -> str:
    """Return the option of Java that keeps Spark's log from the screen from the first line on."""
    told = scratch / "log4j2.properties"
    told.write_text(NO_LOG, encoding="ascii")
    return f'"-Dlog4j2.configurationFile={told.as_uri()}"'


def quiet() -> None:
    """Keep Spark from writing stack traces, which quote values, beside our own errors."""
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "py4j"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)


def _settings(scratch: Path, memory_mb: int, n_threads: int) -> dict[str, str]:
    """Return our settings: results as in DuckDB, everything private, nothing listens outside."""
    return {
        "spark.master": f"local[{n_threads}]",
        "spark.driver.memory": f"{memory_mb}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.maxResultSize": "0",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        # The record of a failed task quotes the value that it failed on.
        "spark.eventLog.enabled": "false",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.shuffle.partitions": str(n_threads * PARTS_PER_CORE),
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    }
