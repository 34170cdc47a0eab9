"""Papers set in a process of their own: same bytes, renewed, and never a lost paper."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cakup.documents.plan import annex, blocks, pdf
from cakup.documents.plan.blocks import Paper
from cakup.documents.plan.pdf import Press, write_pdf
from cakup.documents.plan.typeset import receive, send
from plan_facts import an_office, named


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as held:
        yield held


def _paper(words: str) -> Paper:
    return Paper("x", words, [blocks.title(words)])


def test_the_bytes_are_those_of_one_paper_alone(press: Press, tmp_path: Path) -> None:
    held = named()
    [paper] = annex.annex_papers(held, held.purses[0], masked=False)
    write_pdf(tmp_path / "alone.pdf", paper, held.office, draft=True)
    for n in range(2):
        press.write(tmp_path / f"{n}.pdf", paper, held.office, draft=True)
        assert (tmp_path / f"{n}.pdf").read_bytes() == (tmp_path / "alone.pdf").read_bytes()


def test_a_process_is_renewed_before_it_holds_too_much(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "ROWS_AT_ONCE", 20)
    held = named()  # thirteen rows
    [paper] = annex.annex_papers(held, held.purses[0], masked=False)
    ids = []
    for _ in range(2):
        press.write(tmp_path / "x.pdf", paper, held.office, draft=False)
        press.write(tmp_path / "y.pdf", _paper("tanpa baris"), held.office, draft=False)
        assert press._process is not None
        ids.append(press._process.pid)
    assert ids[0] != ids[1]


def test_a_process_that_ends_loses_no_paper(press: Press, tmp_path: Path) -> None:
    office = an_office()
    press.write(tmp_path / "a.pdf", _paper("a"), office, draft=False)
    assert press._process is not None
    press._process.kill()
    press._process.wait()
    press.write(tmp_path / "b.pdf", _paper("b"), office, draft=False)
    write_pdf(tmp_path / "alone.pdf", _paper("b"), office, draft=False)
    assert (tmp_path / "b.pdf").read_bytes() == (tmp_path / "alone.pdf").read_bytes()


def test_without_a_process_papers_are_set_here(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "tidak-ada"))
    press.write(tmp_path / "a.pdf", _paper("a"), an_office(), draft=False)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("cut", [0, 3, 9])
def test_a_message_cut_short_is_none(cut: int) -> None:
    pipe = io.BytesIO()
    send(pipe, b"isi")
    whole = pipe.getvalue()
    assert receive(io.BytesIO(whole)) == b"isi"
    assert receive(io.BytesIO(whole[:cut])) is None
