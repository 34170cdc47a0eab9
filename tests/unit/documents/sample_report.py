"""A report with invented counts, for tests and for looking at the page without a workspace."""

from __future__ import annotations

import random
from datetime import date

from cakup.coverage.completeness import Estimate
from cakup.documents.report.model import (
    AreaLine,
    Breakdown,
    Companion,
    ListLine,
    Movement,
    MoveTerm,
    Parts,
    Report,
    SenderLine,
    TargetLine,
    Task,
    TrendPoint,
)
from cakup.kernel.figures import Figure, Source
from cakup.kernel.language import Text
from cakup.kernel.months import add_months
from cakup.places.registry import Places
from cakup.places.tiles import layout

DAY = date(2025, 10, 31)


def figure(n: int | None, of: int | None, **more: object) -> Figure:
    """Return a figure of this report's date."""
    base = {
        "value": n / of if n is not None and of else None, "numerator": n, "denominator": of,
        "as_of": DAY, "known_on": date(2025, 11, 12),
        "numerator_definition": "orang yang aktif pada tanggal ini menurut bulan yang dibayar",
        "denominator_definition": "angkatan kerja", "region_rule": "ktp",
    }  # fmt: skip
    return Figure(**{**base, **more})  # type: ignore[arg-type]


def sample(*, is_public: bool = False) -> Report:
    """Return a full report of Kota Binjai with invented counts."""
    places = Places.builtin()
    return Report(
        place="Kota Binjai", kode="12.75", as_of=DAY, known_on=date(2025, 11, 12),
        headline=figure(
            43526, 132826, bounds=(42310, 45102),
            sources=(Source("siaran pers FGD Binjai", "132.826 angkatan kerja", 2024),),
            unconfirmed=("denominator",),
        ),
        base=Text("angkatan kerja", "labour force"),
        layout=layout(places, "12.75"),
        companions=(
            Companion(Text("Pernah terdaftar", "Ever registered"), figure(58211, 132826),
                      Text("termasuk yang sudah tidak aktif", "with those no longer active")),
            Companion(Text("JKM penuh", "Full death cover"), figure(39870, 132826)),
            Companion(Text("Tertimbang KPI cabang", "Weighted as the branch KPI"),
                      figure(40211, 132826)),
            Companion(Text("Rata-rata 12 bulan", "12-month average"), figure(41950, 132826)),
        ),
        parts=Parts(43526, 70190, 14110, ((Text("ASN pada daftar", "civil servants"), 5000),)),
        n_listed=113716,
        targets=_targets(),
        areas=_areas(places, is_public=is_public),
        n_area_unknown=1834, n_area_elsewhere=5120,
        breakdowns=_breakdowns(is_public=is_public),
        trend=_trend(),
        ending_90_days=((date(2025, 11, 1), 1204), (date(2025, 12, 1), 9831),
                        (date(2026, 1, 1), 0)),
        movement=_movement(),
        tasks=(
            Task(Text("orang habis perlindungannya dalam 90 hari", "lose cover in 90 days"),
                 11035, Text("Siapkan perpanjangan.", "Prepare the renewal."), True),
            Task(Text("pasangan belum pasti menunggu tinjauan", "pairs wait for review"), 812,
                 Text("Unduh dengan cakup review export.", "Download: cakup review export.")),
            Task(Text("meninggal ketika terlindungi, klaim dapat diajukan", "died while covered"),
                 23, Text("Beri tahu ahli waris.", "Tell the heirs."), True),
        ),
        senders=_senders(),
        evidence=((Text("iuran dibayar", "contribution paid"), 30110),
                  (Text("masa kepesertaan", "enrolment spell"), 11300),
                  (Text("status dari BPJS", "status from the insurer"), 2116)),
        completeness=(("Kota Binjai", figure(116887, 132826)),),
        estimates=(Estimate("fienberg", 117000, 15400.0, 14800.0, 16100.0),
                   Estimate("chapman", 117000, 16900.0, 16500.0, 17300.0)),
        lists=tuple(ListLine(s.sender, "utama", "daftar_pekerja", date(2025, 9, 30), s.rows)
                    for s in _senders()),
        notes=(Text("Satu orang dihitung satu kali.", "A person counts once."),),
        unconfirmed=(Text("Penyebut 132.826: tabel dan tahunnya belum dikenali.",
                          "The denominator 132,826: its table and year are not identified."),),
        is_public=is_public, is_fictitious=True, small_cell=5,
    )  # fmt: skip


def _targets() -> tuple[TargetLine, ...]:
    def line(id_: str, en: str, share: float, *, reading: bool = False) -> TargetLine:
        need = -int(-share * 132826 // 1)
        return TargetLine(Text(id_, en), share, need, need - 43526, "majalahkriptantus.com, 2024",
                          is_reading=reading)  # fmt: skip

    return (
        line("Kemendagri, Kota Binjai 2024", "Ministry, Kota Binjai 2024", 0.3248),
        line("Kemendagri, Kota Binjai 2025", "Ministry, Kota Binjai 2025", 0.3710),
        line("A: +20 % dari yang terlindungi", "A: +20 % of the covered", 0.396, reading=True),
        line("B: +20 poin persen", "B: +20 percentage points", 0.53, reading=True),
        line("C: 20 % dari yang belum", "C: 20 % of the uncovered", 0.464, reading=True),
    )


def _areas(places: Places, *, is_public: bool) -> tuple[AreaLine, ...]:
    draw = random.Random(3)
    lines = []
    for area in places.within("12.75", "desa_kelurahan"):
        of = draw.randint(700, 5600)
        n = int(of * draw.uniform(0.24, 0.43))
        parent = places.get(area.parent or "")
        hidden = is_public and area.kode.endswith("1002")
        part = figure(n, of, bounds=(int(n * 0.96), int(n * 1.06)), suppressed=hidden)
        lines.append(AreaLine(area.kode, area.nama, parent.nama if parent else "", part))
    return tuple(lines)


def _breakdowns(*, is_public: bool) -> tuple[Breakdown, ...]:
    sectors = ("Pertanian", "Perdagangan", "Angkutan", "Industri rumahan", "Konstruksi", "Jasa")
    draw = random.Random(5)
    rows = tuple(
        (Text(s, s), figure(int(of * draw.uniform(0.2, 0.5)), of,
                            suppressed=is_public and s == "Jasa"))
        for s in sectors for of in (draw.randint(4000, 24000),)
    )  # fmt: skip
    segments = (("pu", 27110), ("bpu", 13904), ("jakon", 1702), ("lebih dari satu segmen", 810))
    return (
        Breakdown("segmen", Text("Segmen", "Segment"),
                  tuple((Text(s, s), figure(n, None)) for s, n in segments)),
        Breakdown("sektor", Text("Sektor", "Sector"), rows),
    )  # fmt: skip


def _trend() -> tuple[TrendPoint, ...]:
    level, points = 35200, []
    draw = random.Random(8)
    for i in range(24):
        bulan = add_months(date(2023, 11, 1), i)
        level += -6400 if bulan.month == 1 else draw.randint(150, 1500)
        points.append(TrendPoint(bulan, level))
    for i, n in enumerate((42300, 41200, 30100, 28900, 28600, 28500)):
        points.append(TrendPoint(add_months(date(2025, 11, 1), i), n, True))
    return tuple(points)


def _movement() -> Movement:
    terms = (
        ("late", "Berkas terlambat atau diperbaiki", "Late or corrected files", 310),
        ("relinked", "Padanan berubah", "Relinked", -42),
        ("died", "Meninggal", "Died", -55),
        ("aged", "Melewati batas umur", "Aged out", -120),
        ("moved", "Pindah", "Moved", -230),
        ("lapsed", "Berhenti aktif", "Lapsed", -4100),
        ("revived", "Aktif kembali", "Revived", 1900),
        ("entered", "Masuk", "Entered", 6863),
    )
    before = 43526 - sum(t[3] for t in terms)
    return Movement(
        date(2024, 10, 31), DAY, before, 43526,
        tuple(MoveTerm(k, Text(a, b), n) for k, a, b, n in terms), 0.0341, -0.0012,
    )  # fmt: skip


def _senders() -> tuple[SenderLine, ...]:
    names = ("Dinas Ketenagakerjaan", "Dinas Koperasi dan UMKM", "Dinas Perhubungan",
             "Dinas Sosial", "Dinas Pertanian", "Kecamatan Binjai Utara", "BKPSDM",
             "Kementerian Sosial")  # fmt: skip
    draw = random.Random(4)
    lines = []
    for i, name in enumerate(names):
        rows = draw.randint(1800, 38000)
        noted = int(rows * (0.45 if i == 2 else 0.06))
        returned = int(rows * 0.02)
        lines.append(
            SenderLine(name, rows, rows - noted - returned, noted, returned, noted,
                       int(rows * 0.03), int(rows * 0.3), int(rows * 0.95),
                       draw.uniform(0.55, 0.97), int(rows * 0.6))
        )  # fmt: skip
    return tuple(lines)
