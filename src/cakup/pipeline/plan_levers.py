"""Levers without APBD: employers, projects, self-payers about to lapse, sponsors.

Each has people, how sure the number is, who acts, and what share of the workers it is. None of
them is money of the plan; they stand beside the purses so that nobody pays from the APBD for a
duty of somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cakup.engines.duckdb import DuckEngine
from cakup.kernel.language import Text
from cakup.pipeline.basis import Basis

SOON_MONTHS = 3


@dataclass(frozen=True)
class Lever:
    """One lever.

    Args:
        id: Name.
        title: What it is.
        persons: People it may cover, None if the data do not say.
        certainty: How sure the number is.
        acts: Who must act.
        share: Part of the workers of the denominator, None if unknown.
        basis: On what the number rests.
    """

    id: str
    title: Text
    persons: int | None
    certainty: Text
    acts: Text
    share: float | None
    basis: Text

    def as_json(self) -> dict[str, Any]:
        """Return the lever as plain values."""
        return {
            "id": self.id, "title": self.title.id, "persons": self.persons,
            "certainty": self.certainty.id, "acts": self.acts.id, "share": self.share,
            "basis": self.basis.id,
        }  # fmt: skip


COUNTED = Text("terhitung dari daftar", "counted from lists")
REPORTED = Text("dilaporkan, belum diperiksa", "reported, not checked")
UNKNOWN = Text("belum diketahui", "not known")


def levers(engine: DuckEngine, basis: Basis, workers: int) -> tuple[Lever, ...]:
    """Return the levers of a basis.

    Args:
        engine: Engine in which the basis was prepared.
        basis: The basis.
        workers: Workers of the denominator.
    """

    def made(
        name: str, title: Text, persons: int | None, certainty: Text, acts: Text, rest: Text
    ) -> Lever:
        share = None if persons is None else persons / workers
        return Lever(name, title, persons, certainty, acts, share, rest)

    employers = any(i.kind == "pemberi_kerja" for i in basis.imports)
    unregistered, partial = _employers(engine) if employers else (None, None)
    inspector = Text("pengawas ketenagakerjaan dan BPJS Ketenagakerjaan", "labour inspectors, BPJS")
    unknown_firm = Text("memerlukan daftar pemberi kerja", "needs a list of employers")
    return (
        made(
            "belum_terdaftar",
            Text("Pemberi kerja belum terdaftar (PWBD)", "Employers not registered"),
            unregistered, REPORTED if employers else UNKNOWN, inspector,
            Text("tenaga kerja yang dilaporkan perusahaan belum terdaftar",
                 "workers reported by unregistered firms") if employers else unknown_firm,
        ),
        made(
            "daftar_sebagian",
            Text("Pemberi kerja mendaftarkan sebagian (PDS tenaga kerja)", "Partly registered"),
            partial, REPORTED if employers else UNKNOWN, inspector,
            Text("tenaga kerja dilaporkan dikurangi peserta PU perusahaan itu",
                 "workers reported minus PU participants of the firm")
            if employers else unknown_firm,
        ),
        made(
            "wajib_pu",
            Text("Pekerja dengan pemberi kerja, belum peserta", "Employees not enrolled"),
            _employees(engine), COUNTED, inspector,
            Text("ada pemberi kerja pada daftar; tidak pernah ditawari APBD",
                 "an employer is named on a list; never offered an APBD place"),
        ),
        made(
            "jakon_apbd", Text("Jasa konstruksi pada proyek APBD", "Construction on APBD projects"),
            None, UNKNOWN, Text("OPD pemilik proyek, sebelum pembayaran", "offices with projects"),
            Text("memerlukan daftar paket dan tenaga kerjanya; menaikkan UCJ sementara",
                 "needs the list of projects; raises coverage for a while"),
        ),
        made(
            "mandiri_hampir_berhenti",
            Text("Peserta mandiri yang hampir berhenti", "Self-payers about to lapse"),
            _lapsing(engine, basis), COUNTED,
            Text("kelurahan dan agen Perisai mengingatkan", "kelurahan and Perisai agents remind"),
            Text("masih aktif, bulan berjalan belum dibayar", "active, this month not yet paid"),
        ),
        made(
            "sponsor", Text("SERTAKAN, orang tua asuh ASN, CSR", "Sponsors"), None,
            Text("janji, sekitar sepertiga berhenti (Semarang)", "pledges, a third lapses"),
            Text("Sekda (edaran) dan perusahaan", "the Sekda and companies"),
            Text("masukkan sebagai dompet bila sudah dijanjikan", "enter as a purse once pledged"),
        ),
    )  # fmt: skip


def _employers(engine: DuckEngine) -> tuple[int, int]:
    """Return workers of unregistered firms, and those missing at registered ones."""
    row = engine.frame("""
        WITH firms AS (
          SELECT npp, max(n_pekerja) AS n, bool_or(coalesce(is_terdaftar, npp IS NOT NULL)) AS known
          FROM employers GROUP BY coalesce(npp, record_id), npp
        ),
        members AS (
          SELECT split_part(kepesertaan_id, '+', 2) AS npp, count(DISTINCT e.person_id) AS n
          FROM enrolments e JOIN status s USING (person_id)
          WHERE e.segment = 'pu' AND e.answers_to IS NULL AND s.is_active GROUP BY 1
        )
        SELECT coalesce(sum(f.n) FILTER (NOT f.known), 0),
          coalesce(sum(greatest(f.n - coalesce(m.n, 0), 0)) FILTER (f.known), 0)
        FROM firms f LEFT JOIN members m ON m.npp = f.npp""").row(0)
    return int(row[0]), int(row[1])


def _employees(engine: DuckEngine) -> int:
    """Return uncovered known workers for whom a list names an employer."""
    return int(engine.value("""
        SELECT count(DISTINCT m.person_id) FROM records r
        JOIN memberships m ON m.record_id = r.record_id
        JOIN workers w ON w.person_id = m.person_id JOIN status s ON s.person_id = m.person_id
        WHERE r.kind = 'daftar_pekerja' AND NOT s.is_active
          AND (r.nama_pemberi_kerja IS NOT NULL OR r.npp IS NOT NULL)"""))  # fmt: skip


def _lapsing(engine: DuckEngine, basis: Basis) -> int:
    """Return self-payers who are active although their month is not paid."""
    return int(engine.value("""
        SELECT count(*) FROM status s JOIN workers w USING (person_id)
        WHERE s.is_active AND s.segments = 'bpu' AND s.payers = 'mandiri'
          AND NOT s.is_month_covered"""))  # fmt: skip
