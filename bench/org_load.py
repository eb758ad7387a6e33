"""Filling the stand-in org with Cases, by Bulk API 2.0 and by collections: what the org alone can take."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import requests

from bench.progress import stage
from run.children import Children
from run.town_hall import plain_environment

SIZES = (10_000, 100_000)
_CONTACTS = 2_000
_CALL = 200
# Below the 100 MB of one upload.
_JOB_ROWS = 250_000
_TIMEOUT_S = 120
_VERSION = "62.0"
_COLUMNS = (
    "Source_Key__c",
    "Contact.FC_Subject__c",
    "Subject",
    "Source__c",
    "Reference__c",
    "Source_Version__c",
    "Legacy_Label__c",
    "Next_Due_On__c",
    "Observed_At__c",
    "Public_Note__c",
)


class Org:
    """A stand-in of its own, in a process of its own."""

    def __init__(self, ready: Mapping[str, Any], process_id: int) -> None:
        self._data = f"{ready['url']}/services/data/v{_VERSION}"
        self._process = Path(f"/proc/{process_id}")
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {ready['access_token']}"

    def call(self, method: str, path: str, **more: Any) -> Any:
        """Make one call that must go well; give its JSON."""
        answer = self._session.request(method, f"{self._data}/{path}", timeout=_TIMEOUT_S, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def seconds(self) -> float:
        """Give the processor time the org has used."""
        fields = (self._process / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def peak_mib(self) -> float:
        """Give the most memory the org has held."""
        lines = (self._process / "status").read_text().splitlines()
        return round(int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024, 1)


def measure(folder: Path, sizes: tuple[int, ...] = SIZES) -> dict[str, object]:
    """Give rows a second, of the clock and of the org's processor time, and the org's peak memory."""
    return {
        f"{rows}_rows": {
            "bulk": _filled(folder, rows, _by_bulk),
            "collections": _filled(folder, rows, _by_call),
        }
        for rows in sizes
    }


def _filled(folder: Path, rows: int, load: Any) -> dict[str, float]:
    with Children(folder / "log") as children:
        command = [sys.executable, "-m", "run", "sandbox", "salesforce"]
        ready = children.start_ready("salesforce", command, plain_environment())
        org = Org(ready, children.process_id("salesforce"))
        contacts = [_record("Contact", LastName="L", FC_Subject__c=f"sub{n}") for n in range(_CONTACTS)]
        for start in range(0, _CONTACTS, _CALL):
            org.call("POST", "composite/sobjects", json={"records": contacts[start : start + _CALL]})
        with stage(f"org_load: {rows} rows, {load.__name__.removeprefix('_by_')}"):
            began, used = time.monotonic(), org.seconds()
            load(org, rows)
            took = time.monotonic() - began
        return {
            "rows_per_s": round(rows / took),
            "rows_per_processor_s": round(rows / (org.seconds() - used)),
            "peak_mib": org.peak_mib(),
        }


def _by_bulk(org: Org, rows: int) -> None:
    job = {"object": "Case", "operation": "upsert", "externalIdFieldName": "Source_Key__c"}
    for first in range(0, rows, _JOB_ROWS):
        path = f"jobs/ingest/{org.call('POST', 'jobs/ingest', json=job)['id']}"
        lines = (",".join(cells) for cells in _rows(first, min(first + _JOB_ROWS, rows)))
        body = "\n".join((",".join(_COLUMNS), *lines)).encode()
        org.call("PUT", f"{path}/batches", data=body, headers={"Content-Type": "text/csv"})
        org.call("PATCH", path, json={"state": "UploadComplete"})
        while (told := org.call("GET", path))["state"] in {"UploadComplete", "InProgress"}:
            time.sleep(0.2)
        assert (told["state"], told["numberRecordsFailed"]) == ("JobComplete", 0), told


def _by_call(org: Org, rows: int) -> None:
    for first in range(0, rows, _CALL):
        records = []
        for cells in _rows(first, first + _CALL):
            values = dict(zip(_COLUMNS, cells, strict=True))
            subject = values.pop("Contact.FC_Subject__c")
            records.append(_record("Case", **values, Contact={"FC_Subject__c": subject}))
        results = org.call("PATCH", "composite/sobjects/Case/Source_Key__c", json={"records": records})
        assert all(result["success"] for result in results), results[0]


def _rows(first: int, last: int) -> Iterator[tuple[str, ...]]:
    for number in range(first, last):
        # Keys that no index meets in order: the hard case.
        scattered = number * 2_654_435_761 % 2**32
        yield (
            f"urbanisme:{scattered:010d}-{number}",
            f"sub{number % _CONTACTS}",
            f"Demande {number}",
            "urbanisme",
            f"PC {number:08d}",
            "6",
            "Dossier en cours d'instruction",
            "2026-11-01",
            "2026-11-01T10:00:00Z",
            f"Note publique de la demande {number}",
        )


def _record(sobject: str, **values: object) -> dict[str, object]:
    return {"attributes": {"type": sobject}, **values}
