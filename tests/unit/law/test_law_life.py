"""Membership, due dates, delays, arrears, settlement, savings, and the paragraph for a family."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cakup.kernel.errors import UsageError
from cakup.law.api import at
from cakup.law.benefits.care import batas_klaim_jkk, penyakit_dijamin_sampai
from cakup.law.benefits.jht import saldo_jht
from cakup.law.benefits.jkp import dikecualikan_jkp
from cakup.law.catalogue import built_in
from cakup.law.dues.arrears import akibat_tunggakan
from cakup.law.dues.due_dates import bulan_terlambat, jatuh_tempo
from cakup.law.dues.fines import denda_administratif, ganti_rugi, ganti_rugi_jp
from cakup.law.dues.settlement import saldo_berikut, yang_dibayar
from cakup.law.membership import (
    beberapa_pemberi_kerja,
    boleh_daftar,
    program_wajib,
    segmen_pekerja,
    status_bpu,
)
from cakup.law.terms import Terms


def _on(day: date) -> Terms:
    return Terms(day, built_in())


NOW = _on(date(2025, 12, 31))


def _months(*spans: tuple[int, int, int]) -> list[date]:
    return [date(y, m, 3) for y, first, last in spans for m in range(first, last + 1)]


# Membership --------------------------------------------------------------------------------


def test_segments() -> None:
    assert segmen_pekerja(menerima_upah=True, t=NOW) == "pu"
    assert segmen_pekerja(menerima_upah=False, t=NOW) == "bpu"
    assert segmen_pekerja(menerima_upah=True, proyek_konstruksi=True, t=NOW) == "jakon"
    assert segmen_pekerja(menerima_upah=True, di_luar_negeri=True, t=NOW) == "pmi"
    assert segmen_pekerja(menerima_upah=True, asing_bulan=5, t=NOW) is None
    assert segmen_pekerja(menerima_upah=True, asing_bulan=6, t=NOW) == "pu"


def test_mandatory_programmes_by_size() -> None:
    assert program_wajib("besar_menengah", t=NOW) == ("jkk", "jkm", "jht", "jp")
    assert program_wajib("mikro", t=NOW) == ("jkk", "jkm")
    with pytest.raises(UsageError):
        program_wajib("raksasa", t=NOW)


@pytest.mark.parametrize(
    ("program", "segment", "born", "allowed"),
    [
        ("jkk", "bpu", date(1961, 1, 1), True),
        ("jkk", "bpu", date(1960, 12, 31), False),
        ("jkk", "bpu", date(2007, 12, 31), True),
        ("jkk", "bpu", date(2008, 1, 1), False),
        ("jkk", "bpu", None, None),
        ("jkk", "pu", None, True),
        ("jp", "pu", date(1967, 1, 1), True),
        ("jp", "pu", date(1966, 12, 31), False),
        ("jp", "pu", None, None),
        ("jp", "bpu", date(1990, 1, 1), False),
        ("jkp", "pu", date(1972, 1, 1), True),
        ("jkp", "pu", date(1971, 12, 31), False),
        ("jkp", "bpu", date(1990, 1, 1), False),
    ],
)
def test_admission_by_age(
    program: str, segment: str, born: date | None, allowed: bool | None
) -> None:
    admission = boleh_daftar(program, segmen=segment, lahir=born, t=NOW)
    assert admission.allowed is allowed
    assert admission.reason.id


def test_foreigners_are_not_in_jkp() -> None:
    born = date(1990, 1, 1)
    assert boleh_daftar("jkp", segmen="pu", lahir=born, wni=False, t=NOW).allowed is False


@pytest.mark.parametrize(
    ("paid", "state", "unpaid", "completed", "revivals"),
    [
        ([], "never", 0, 0, 0),
        (_months((2025, 1, 12)), "active", 0, 11, 0),
        (_months((2025, 12, 12)), "active", 0, 0, 0),
        (_months((2025, 1, 9)), "in_arrears", 3, 11, 0),
        (_months((2025, 1, 8)), "lapsed", 4, 8, 0),
        (_months((2025, 1, 5), (2025, 8, 12)), "active", 0, 11, 0),
        (_months((2025, 1, 5), (2025, 9, 12)), "active", 0, 3, 1),
        (_months((2025, 1, 5), (2025, 10, 12)), "active", 0, 2, 1),
        (_months((2024, 1, 2), (2024, 9, 9), (2025, 12, 12)), "active", 0, 0, 2),
    ],
)
def test_three_unpaid_months_lapse_and_paying_again_starts_anew(
    paid: list[date], state: str, unpaid: int, completed: int, revivals: int
) -> None:
    found = status_bpu(paid, t=NOW)
    assert (found.state, found.unpaid_months) == (state, unpaid)
    assert (found.completed_months, found.revivals) == (completed, revivals)


def test_two_employers_each_owe_on_their_wage() -> None:
    single = [int(at("2025-06").contribution(wage=w, risk_group=1).computed["total"])
              for w in (4_000_000, 20_000_000)]  # fmt: skip
    assert beberapa_pemberi_kerja(single) == sum(single)


# Due dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "segment", "program", "due"),
    [
        ((2025, 5), "pu", "jkk", date(2025, 6, 16)),  # the 15th is a Sunday
        ((2025, 5), "pu", "jp", date(2025, 6, 15)),  # JP has no rule for holidays
        ((2025, 5), "bpu", "jkk", date(2025, 5, 15)),
        ((2025, 5), "bpu", "jht", date(2025, 6, 16)),
        ((2025, 7), "pu", "jkm", date(2025, 8, 15)),
        ((2015, 7), "bpu", "jkk", date(2015, 7, 15)),
        ((2019, 5), "pu", "jht", date(2019, 6, 17)),  # Saturday, Sunday
        ((2020, 8), "pu", "jkk", date(2020, 9, 30)),
        ((2020, 9), "pu", "jkk", date(2020, 10, 30)),
        ((2020, 12), "pu", "jkk", date(2021, 1, 29)),  # the 30th is a Saturday: the day before
        ((2021, 1), "pu", "jkk", date(2021, 2, 26)),  # February has no 30th
        ((2020, 8), "pu", "jht", date(2020, 9, 30)),  # PP 49/2020 Pasal 3(2)a names JHT, too
        ((2020, 7), "pu", "jht", date(2020, 8, 18)),  # 15, 16 weekend, 17 August
        ((2021, 2), "pu", "jht", date(2021, 3, 15)),
        ((2016, 12), "pu", "jkk", date(2017, 1, 16)),
    ],
)
def test_due_dates(month: tuple[int, int], segment: str, program: str, due: date) -> None:
    first = date(*month, 1)
    found = jatuh_tempo(first, segmen=segment, program=program, t=_on(first))
    assert found.day == due
    assert found.holidays_known


def test_a_national_holiday_moves_the_day() -> None:
    """15 and 16 June 2018 were Idulfitri, the 17th a Sunday."""
    found = jatuh_tempo(date(2018, 5, 1), segmen="pu", program="jkk", t=_on(date(2018, 5, 1)))
    assert found.nominal == date(2018, 6, 15)
    assert found.day == date(2018, 6, 18)


def test_years_whose_holidays_are_not_recorded_say_so() -> None:
    found = jatuh_tempo(date(2027, 5, 1), segmen="pu", program="jkk", t=_on(date(2027, 5, 1)))
    assert not found.holidays_known


@pytest.mark.parametrize(
    ("paid", "months"),
    [
        (date(2025, 6, 16), 0), (date(2025, 6, 17), 1), (date(2025, 7, 16), 1),
        (date(2025, 7, 17), 2), (date(2025, 8, 10), 2), (date(2026, 6, 16), 12),
    ],
)  # fmt: skip
def test_a_started_month_of_delay_counts(paid: date, months: int) -> None:
    assert bulan_terlambat(date(2025, 6, 16), paid) == months


def test_fines_and_compensation() -> None:
    assert denda_administratif(10_000_000, bulan_months=2, t=NOW) == 20_000
    assert ganti_rugi(42_000_000, hari_days=3, t=NOW) == 1_260_000
    assert ganti_rugi_jp(1_000_000, bulan_months=2, t=NOW) == 40_000


@pytest.mark.parametrize(
    ("months", "segment", "effect"),
    [
        (0, "bpu", "full"), (1, "bpu", "conditional"), (3, "bpu", "conditional"),
        (4, "bpu", "none"), (3, "pu", "full"), (4, "pu", "employer_first"),
        (4, "jakon", "employer_first"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("program", ["jkk", "jkm"])
def test_arrears(months: int, segment: str, effect: str, program: str) -> None:
    found = akibat_tunggakan(months, segmen=segment, program=program, t=NOW)
    assert found.effect == effect
    assert found.article.startswith("PP 44/2015 Pasal")


def test_over_and_under_payment_go_to_the_next_month() -> None:
    """PP 50/2025: whoever paid 16,800 in a month of 8,400 pays nothing the next month."""
    balance = saldo_berikut(0, dibayar_rp=16_800, tagihan_rp=8_400)
    assert balance == 8_400
    assert yang_dibayar(8_400, saldo_rp=balance, t=NOW) == 0
    balance = saldo_berikut(balance, dibayar_rp=0, tagihan_rp=8_400)
    assert balance == 0
    short = saldo_berikut(0, dibayar_rp=5_000, tagihan_rp=16_800)
    assert yang_dibayar(16_800, saldo_rp=short, t=NOW) == 28_600


# Benefits in kind, savings -----------------------------------------------------------------


def test_time_limits_of_claims() -> None:
    assert batas_klaim_jkk(date(2018, 2, 4), t=_on(date(2018, 2, 4))) == date(2020, 2, 4)
    assert batas_klaim_jkk(date(2020, 2, 29), t=_on(date(2020, 2, 29))) == date(2025, 2, 28)
    assert penyakit_dijamin_sampai(date(2024, 6, 30), t=NOW) == date(2027, 6, 30)


def test_resigning_gives_no_jkp() -> None:
    assert dikecualikan_jkp("mengundurkan_diri", t=NOW)
    assert not dikecualikan_jkp("phk", t=NOW)


@pytest.mark.parametrize(
    ("event", "inputs", "benefit"),
    [
        ("transport", {"cost": 20_000_000, "transport_modes": "darat,udara"}, 15_000_000),
        ("transport", {"cost": 3_000_000, "transport_modes": "laut"}, 2_000_000),
        ("homecare", {"cost": 25_000_000}, 20_000_000),
        ("pengobatan", {"cost": 900_000_000}, 900_000_000),
        ("prosthesis", {"cost": 10_000_000}, 14_000_000),
    ],
)
def test_bills_are_refunded_up_to_their_limit(
    event: str, inputs: dict[str, Any], benefit: int
) -> None:
    assert at("2024-06-01").benefit(event, **inputs).computed["benefit"] == benefit


def test_balance_of_savings_with_given_returns() -> None:
    """One year of 12 × 100,000 at 6 %: 6.6 months on average earn, 100,000 × 66/12 × 6 %."""
    grown = saldo_jht(1_000_000, iuran_bulanan_rp=[[100_000] * 12], hasil=[Decimal("0.06")], t=NOW)
    assert grown == 1_000_000 + 1_200_000 + 60_000 + 33_000
    empty = saldo_jht(0, iuran_bulanan_rp=[], hasil=[], t=NOW)
    assert empty == 0


# The family --------------------------------------------------------------------------------


def test_family_of_an_aid_recipient_in_the_fifth_paid_month() -> None:
    told = at("2025-06-10").family(paid_months=5, payer="apbd")
    assert told.answer.computed["total"] == 42_000_000
    assert "Rp42.000.000" in told.text.id
    assert "Rp42,000,000" in told.text.en
    assert "dibayar APBD" in told.text.id
    assert any("Pasal 34" in article for article in told.articles)
    assert "Masa tunggu JKM menurut Permenaker 1/2025" in told.text.id
    assert "3 tahun" in told.text.id


@pytest.mark.parametrize(("paid", "total"), [(1, 10_000_000), (3, 10_000_000), (4, 42_000_000)])
def test_family_the_month_of_death_does_not_count_as_waited(paid: int, total: int) -> None:
    assert at("2025-06-10").family(paid_months=paid).answer.computed["total"] == total


def test_family_in_the_last_waiting_month_hears_the_other_reading() -> None:
    third = at("2025-06-10").family(paid_months=3, payer="apbd").text
    assert "yaitu biaya pemakaman saja" in third.id
    assert "Permenaker 1/2025" in third.id
    assert "Pasal 34(1)c" in third.id
    assert "Pasal 34(1)a" not in third.id
    assert "bulan ke-3 yang dibayar sudah memberi jumlah penuh, Rp42.000.000" in third.id
    assert "paid month 3 already gives the full sum, Rp42,000,000" in third.en
    assert "bacaan lain" not in at("2025-06-10").family(paid_months=2).text.id
    assert "bacaan lain" not in at("2025-06-10").family(paid_months=4).text.id


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"cause": "murder"}, "law.input.bad_value"),
        ({"segment": "pmi"}, "law.input.bad_value"),
        ({"payer": "sultan"}, "law.input.bad_value"),
        ({"paid_months": -3}, "law.input.out_of_range"),
        ({"paid_months": 0}, "law.input.out_of_range"),
        ({"unpaid_months": -1}, "law.input.out_of_range"),
        ({"employments": 0}, "law.input.out_of_range"),
    ],
)
def test_family_refuses_what_cannot_be(told: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        at("2025-06-10").family(**told)
    assert caught.value.code == code


def test_family_in_unpaid_months() -> None:
    second = at("2025-06-10").family(paid_months=9, unpaid_months=2)
    assert second.arrears.effect == "conditional"
    assert "Pasal 42" in second.text.id
    assert "tunggakan dilunasi" in second.text.id
    assert "belum nonaktif" in second.text.id  # the open question is named
    fourth = at("2025-06-10").family(paid_months=9, unpaid_months=4)
    assert fourth.arrears.effect == "none"
    assert "Tidak ada hak atas JKM" in fourth.text.id
    work = at("2025-06-10").family(paid_months=9, unpaid_months=2, cause="accident", base=1_000_000)
    assert "Pasal 39" in work.text.id
    assert work.answer.computed["total"] == 70_000_000
    assert "Rp174.000.000" in work.text.id


def test_family_of_a_wage_earner_whose_employer_did_not_pay() -> None:
    told = at("2025-06-10").family(segment="pu", paid_months=40, unpaid_months=5, employments=2)
    assert told.arrears.effect == "employer_first"
    assert told.answer.computed["total"] == 84_000_000
    assert "dibayar pemberi kerja" in told.text.id


def test_family_before_the_waiting_time_existed() -> None:
    told = at("2023-06-10").family(paid_months=1)
    assert told.answer.computed["total"] == 42_000_000
    assert told.unconfirmed == ()
    assert "Semua nilai dibaca" in told.text.id
