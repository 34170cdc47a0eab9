"""Without PySpark or its Java one sentence says what to install; settings are held to form."""

from __future__ import annotations

from pathlib import Path

import pytest

from cakup.engines import spark_session
from cakup.engines.duckdb import DuckEngine
from cakup.kernel.errors import CakupError, EngineError, UsageError
from cakup.pipeline.workspace import Workspace


def java(tmp_path: Path, says: str) -> Path:
    """Return a JAVA_HOME whose java says this when it is asked for its version."""
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(0o700)
    return tmp_path


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("not a version", None),
    ],
)
def test_the_version_of_java_is_read(
    says: str, version: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, says)))
    assert spark_session.java_version() == version


@pytest.mark.parametrize(
    ("has_pyspark", "version", "code"),
    [
        (False, 17, "engine.spark_missing"),
        (True, None, "engine.java_missing"),
        (True, 11, "engine.java_version"),
    ],
)
def test_what_is_missing_is_named(
    has_pyspark: bool, version: int | None, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_session, "find_spec", lambda _: object() if has_pyspark else None)
    monkeypatch.setattr(spark_session, "java_version", lambda: version)
    with pytest.raises(EngineError) as caught:
        spark_session.check_spark()
    assert caught.value.code == code


def configured(workspace: Workspace, more: str) -> Workspace:
    """Return the workspace with more in its ``cakup.toml``."""
    path = workspace.root / "cakup.toml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return Workspace.find(workspace.root)


def test_the_engine_is_a_setting_of_the_workspace(workspace: Workspace) -> None:
    with workspace.computing() as engine:
        assert isinstance(engine, DuckEngine)
    more = 'engine = "spark"\n[spark]\nmemory_mb = 2000\n"spark.ui.enabled" = true\n'
    found = configured(workspace, more)
    assert found.engine_name == "spark"
    assert dict(found.spark) == {"memory_mb": "2000", "spark.ui.enabled": "true"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ('engine = "oracle"\n', "workspace.bad_engine"),
        ("[spark]\nmemory = 3\n", "workspace.bad_spark"),
        ("[spark]\nmemory_mb = -3\n", "workspace.bad_spark"),
        ('[spark]\nthreads = "two"\n', "workspace.bad_spark"),
        ("spark = 3\n", "workspace.bad_spark"),
    ],
)
def test_a_setting_that_is_none_is_refused(workspace: Workspace, more: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        configured(workspace, more)
    assert caught.value.code == code


def test_a_workspace_that_asks_for_spark_says_what_is_missing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_session, "find_spec", lambda _: None)
    with (
        pytest.raises(CakupError) as caught,
        configured(workspace, 'engine = "spark"\n').computing(),
    ):
        pass
    assert caught.value.code == "engine.spark_missing"
    assert not list((workspace.root / "scratch").iterdir())
