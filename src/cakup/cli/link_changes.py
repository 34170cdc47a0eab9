"""What changed since the last ``cakup link``, and how it went about it, on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cakup.kernel import spelling
from cakup.kernel.language import Text
from cakup.pipeline.link_work import REASONS

if TYPE_CHECKING:
    from cakup.cli.terminal import Terminal
    from cakup.pipeline.link_changes import Changes
    from cakup.pipeline.link_work import Work

CHANGES = {
    "new_rows": Text("baris yang datang", "rows that came"),
    "lost_rows": Text("baris yang tidak ada lagi", "rows that are gone"),
    "new_persons": Text("orang baru", "new persons"),
    "gone": Text("orang yang barisnya tidak ada lagi", "persons without rows now"),
    "merged": Text("orang yang ternyata satu", "persons found to be one"),
    "split": Text("orang yang ternyata dua", "persons found to be two"),
    "moved_rows": Text("baris lama yang pindah orang", "old rows that moved to another person"),
    "newly_linked": Text("baru terhubung dengan peserta", "newly linked to a participant"),
    "lost_links": Text("tidak lagi terhubung", "no longer linked"),
}
HEADS = (
    Text("daftar", "list"), Text("baris baru", "new rows"), Text("terhubung", "won"),
    Text("terlepas", "lost"),
)  # fmt: skip


def say_changes(changes: Changes | None, out: Terminal) -> None:
    """Print what changed, and in which lists."""
    if changes is None:
        return
    rows = [(text(out.lang), n) for key, text in CHANGES.items() if (n := getattr(changes, key))]
    head = ("sejak pemadanan lalu", "jumlah") if out.lang == "id" else ("since last time", "count")
    if rows:
        out.table(head, rows)
    lists = [
        (f"{one.sender}: {one.list_name}" if one.list_name else one.sender, one.new_rows, one.won,
         one.lost) for one in changes.lists
    ]  # fmt: skip
    if lists:
        out.table(tuple(h(out.lang) for h in HEADS), lists)


def say_work(work: Work, out: Terminal) -> None:
    """Say whether all rows were linked or only what is new, and why."""
    if not work.is_update:
        if work.why_all not in ("first", "asked", "known"):
            reason = REASONS[work.why_all]
            out.say(Text(f"Semua baris dipadankan dari awal: {reason.id}.",
                         f"All rows were linked from scratch: {reason.en}."))  # fmt: skip
        return
    if not work.new_rows and not work.linked_rows:
        return  # that nothing has changed is said anyway
    new, repeated, linked = (
        spelling.count(n, out.lang) for n in (work.new_rows, work.repeated_rows, work.linked_rows)
    )
    out.say(
        Text(
            f"Hanya yang baru dikerjakan: {new} baris datang, {repeated} di antaranya sama seperti "
            f"pada berkas sebelumnya; {linked} baris dipadankan dengan bobot yang sama.",
            f"Only what is new was done: {new} rows came, {repeated} of them as in the file "
            f"before; {linked} rows were linked with the same weights.",
        )
    )
