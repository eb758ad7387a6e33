"""A dropped XML file read to its end, beside lxml's own `iterparse` over the same bytes."""

from __future__ import annotations

from pathlib import Path

from bench.progress import stage
from bench.trial import Trial
from run.town_hall import plain_environment

RECORDS = 200_000
_RECORD = (
    '<Dossier id="EC-2026-{n:07d}"><demandeur><nom>LEFÈVRE</nom><prenom>Zoé</prenom>'
    '<naissance>1988-02-29</naissance></demandeur><statut code="IN_PROGRESS">En cours</statut>'
    "<dates><depot>2026-03-01</depot><maj>2026-03-02</maj></dates>"
    "<pieces><piece><libelle>CNI</libelle></piece><piece><libelle>Domicile</libelle></piece></pieces></Dossier>\n"
)


def measure(folder: Path, records: int = RECORDS) -> dict[str, object]:
    """Give speed and peak memory at a tenth of the records and at all of them."""
    trial = Trial(folder, plain_environment())
    found: dict[str, object] = {}
    for size in (records // 10, records):
        path = written(folder, size)
        with stage(f"dropped XML: {size} records"):
            both = {kind: trial.child("bench.xml_once", kind, str(path)) for kind in ("product", "iterparse")}
        ratio = both["product"]["records_per_s"] / both["iterparse"]["records_per_s"]
        megabytes = round(path.stat().st_size / 1e6, 1)
        found[f"{size}_records"] = {"megabytes": megabytes, **both, "ratio": round(ratio, 3)}
        path.unlink()
    return found


def written(folder: Path, records: int) -> Path:
    """Give a file of so many records."""
    path = folder / f"ACTES_{records}.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(f'<Envoi nombre="{records}">\n')
        file.writelines(_RECORD.format(n=n) for n in range(records))
        file.write("</Envoi>\n")
    return path
