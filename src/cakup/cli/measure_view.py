"""How a measurement looks at the terminal: a sentence, tables of 100 columns, what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cakup.cli.measure_tables import (
    NAMES,
    paragraph,
    say_change,
    say_completeness,
    say_division,
    say_groups,
    say_lists,
    say_targets,
    share,
    shown,
    spelled,
    spelled_range,
)
from cakup.cli.terminal import Terminal
from cakup.coverage.definitions import REGION_WORDS, UNCONFIRMED
from cakup.kernel import spelling
from cakup.kernel.language import Lang, Text

if TYPE_CHECKING:
    from cakup.pipeline.measure import Measurement


def say(held: Measurement, out: Terminal) -> None:
    """Print a measurement: headline, tables, bounds, what is not known, next step."""
    _say_headline(held, out)
    _say_whole(held, out)
    _say_bounds(held, out)
    say_division(held, out)
    say_targets(held, out)
    say_groups(held, out)
    say_change(held, out)
    say_lists(held, out)
    say_completeness(held, out)
    _say_unknown(held, out)
    _say_next(held, out)


def _say_headline(held: Measurement, out: Terminal) -> None:
    """Print the one sentence and, under it, what it means."""
    lang, first = out.lang, held.figures[0]
    day = spelling.day(first.as_of, lang)
    n, place = spelled(first.numerator, lang), held.place_name
    if not held.has_participants:
        sentence = Text(
            f"{n} pekerja {place} tercatat pada {day}; cakupan tidak dapat dihitung.",
            f"{n} workers of {place} are listed on {day}; coverage cannot be told.",
        )
    elif held.denominator is None:
        sentence = Text(
            f"{n} pekerja {place} terlindungi pada {day}; persennya tidak dihitung karena "
            "penyebut belum tercatat.",
            f"{n} workers of {place} are covered on {day}; no percentage is told because no "
            "denominator is recorded.",
        )
    else:
        mark = "" if held.denominator.is_sure else f"; {UNCONFIRMED(lang)}"
        kind = held.denominator.kind_words(lang)
        share, of = spelling.percent(first.value or 0.0, 1, lang), spelled(first.denominator, lang)
        least = Text("Sekurangnya ", "At least ")(lang) if held.reach else ""
        sentence = Text(
            f"{least}{share} pekerja {place} terlindungi pada {day} — {n} dari {of} ({kind}{mark})",
            f"{least}{share} of the workers of {place} are covered on {day} — {n} of {of} "
            f"({kind}{mark})",
        )
    out.say("")
    out.say(sentence, style="bold")
    if held.has_participants and held.unknown.active_without_place > (first.numerator or 0):
        out.say(_unplaced(held, out.lang), style="yellow")
    lines = [
        (Text("Pembilang", "Numerator"), first.numerator_definition),
        (Text("Penyebut", "Denominator"), first.denominator_definition),
        (Text("Wilayah", "Region"), _region(held, lang)),
        (Text("Berkas", "Files"), _files(held, lang)),
    ]
    wide = max(len(head(lang)) for head, _ in lines)
    for head, text in lines:
        paragraph(f"{head(lang):<{wide}}  ", text, out)


def _unplaced(held: Measurement, lang: Lang) -> str:
    """Return that the region rule has too few places to go by."""
    rule, lost = REGION_WORDS[held.request.region], held.unknown.active_without_place
    n = spelling.count(lost, lang)
    return Text(
        f"Menurut {rule.id}, wilayah {n} peserta aktif tidak diketahui, lebih banyak daripada yang "
        "dihitung: angka ini belum dapat dipakai. Pakai --region ktp, atau impor berkas yang "
        "memuat wilayah itu.",
        f"By {rule.en}, the place of {n} active persons is unknown, more than were counted: this "
        "figure cannot be used yet. Use --region ktp, or import files that hold that place.",
    )(lang)


def _region(held: Measurement, lang: Lang) -> str:
    """Return the region rule with the persons for whom it is unknown."""
    rule = REGION_WORDS[held.request.region]
    lost = spelling.count(held.unknown.active_without_place, lang)
    away = spelling.count(held.unknown.active_elsewhere, lang)
    workers = spelling.count(held.unknown.workers_without_place, lang)
    if not held.has_participants:
        return Text(
            f"menurut {rule.id}; {workers} pekerja tanpa wilayah tidak ikut dihitung",
            f"by {rule.en}; {workers} workers without a place are left out",
        )(lang)
    return Text(
        f"menurut {rule.id}; {lost} peserta aktif tanpa wilayah dan {away} di wilayah lain tidak "
        "ikut dihitung",
        f"by {rule.en}; {lost} active persons without a place and {away} of other places are left "
        "out",
    )(lang)


def _files(held: Measurement, lang: Lang) -> str:
    received = spelling.day(held.known_on, lang) if held.known_on else "–"
    sources = "; ".join(f"{s.issuer}: {s.document}" for s in held.figures[0].sources
                        if s.status == "solid")  # fmt: skip
    head = Text(f"diterima sampai {received}", f"received by {received}")(lang)
    return f"{head}; {sources}" if sources else head


def _say_whole(held: Measurement, out: Terminal) -> None:
    """Print the figures of the whole city side by side."""
    lang = out.lang
    whole = [f for f in held.figures if not f.by and f.name in NAMES]
    if not held.has_participants:
        return
    heads = [
        Text("Ukuran", "Measure")(lang), Text("Orang", "Persons")(lang),
        Text("Cakupan", "Coverage")(lang), Text("Batas (orang)", "Bounds (persons)")(lang),
    ]  # fmt: skip
    rows = [
        [NAMES[f.name](lang), shown(f, lang), share(f, lang), spelled_range(f.bounds, lang)]
        for f in whole
    ]
    out.table(heads, rows, right=(1, 2, 3))


def _say_bounds(held: Measurement, out: Terminal) -> None:
    """Say what the bounds are made of and the expected count."""
    b, lang = held.bounds, out.lang
    if b is None:
        return
    expected = spelling.count(round(b.expected), lang)
    parts = [
        (b.unsure_link, Text("bergantung pada tautan yang belum pasti", "rest on a doubtful link")),
        (b.perhaps_same, Text("mungkin orang yang sama", "may be the same person")),
        (b.perhaps_dead, Text("mungkin sudah meninggal", "may have died")),
    ]
    ups = [
        (b.place_unknown, Text("aktif tanpa wilayah", "active without a place")),
        (b.perhaps_here, Text("aktif di tempat lain, mungkin pekerja di sini",
                              "active elsewhere, perhaps a worker of this place")),
        (b.perhaps_more, Text("baris peserta yang mungkin orang lain",
                              "participant rows that may be others")),
        (b.unlinked, Text("pembayar tanpa data peserta", "payers without participant data")),
    ]  # fmt: skip
    low = _listed([(n, t(lang)) for n, t in parts], lang)
    high = _listed([(n, t(lang)) for n, t in ups], lang)
    text = Text(
        f"bukan selang kepercayaan. Nilai harapan {expected} orang, tanpa selang. "
        f"Ke bawah: {low}. Ke atas: {high}.",
        f"no confidence interval. Expected {expected} persons, without an interval. "
        f"Downwards: {low}. Upwards: {high}.",
    )(lang)
    paragraph(Text("Batas  ", "Bounds  ")(lang), text, out)
    out.say("")


def _say_unknown(held: Measurement, out: Terminal) -> None:
    """Say what is not known and which rules are unconfirmed."""
    lang, lines = out.lang, []
    if not held.has_participants:
        reason = held.figures[0].denominator_definition.split("; ")[0]
        lines.append(reason)
    if held.unknown.jkm_open:
        n = spelling.count(held.unknown.jkm_open, lang)
        lines.append(
            Text(f"JKM penuh {n} orang aktif", f"full death cover of {n} active persons")(lang)
        )
    if held.unknown.not_carried:
        n = spelling.count(held.unknown.not_carried, lang)
        lines.append(Text(f"wilayah {n} orang yang kodenya sudah tidak berlaku",
                          f"the place of {n} persons whose code ended")(lang))  # fmt: skip
    marks = (
        sorted({m for f in held.figures for m in f.unconfirmed}) if held.has_participants else []
    )
    if marks:
        lines.append(f"{UNCONFIRMED(lang)}: {', '.join(marks)}")
    if lines:
        paragraph(Text("Belum diketahui  ", "Not known  ")(lang), "; ".join(lines), out)


def _say_next(held: Measurement, out: Terminal) -> None:
    """Say what to do next."""
    month = held.request.as_of.isoformat()[:7]
    if held.is_behind:
        out.next(Text("ada berkas atau keputusan baru: cakup link, lalu cakup ledger",
                      "files or decisions wait: cakup link, then cakup ledger"))  # fmt: skip
    elif not held.has_participants:
        command = "cakup import FILE --kind peserta --sender NAMA"
        ask = "cakup crosscheck send --to bpjs"
        out.next(
            Text(
                f"impor data peserta: {command}; atau tanyakan orang pada daftar: {ask}",
                f"import participants: {command}; or ask about those on the lists: {ask}",
            )
        )
    elif held.denominator is None:
        out.next(Text("catat penyebut: cakup denominator add", "record a denominator: "
                      "cakup denominator add"))  # fmt: skip
    else:
        command = f"cakup gap --as-of {month} --out gap.xlsx"
        out.next(Text(f"lihat siapa yang belum terlindungi: {command}",
                      f"see who is not covered: {command}"))  # fmt: skip


def _listed(parts: Sequence[tuple[int, str]], lang: Lang) -> str:
    """Return what counts for something, with its count."""
    found = [f"{spelling.count(n, lang)} {text}" for n, text in parts if n]
    return ", ".join(found) if found else Text("tidak ada", "nothing")(lang)
