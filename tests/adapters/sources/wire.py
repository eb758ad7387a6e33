"""Serves a test's own small application over real HTTP, and builds the reader of each source of the town."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from bridge.adapters.sources import build_reader
from bridge.adapters.sources.from_environment import filled_options
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.usecases.ports import SourceReader
from bridge.usecases.translate_record import VOCABULARY
from mappings.loader import load_source
from tests.fakes.clock import FakeClock

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
NOW = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


@contextmanager
def serving_app(app: Flask) -> Iterator[str]:
    """Give the address of an application served until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = make_server("127.0.0.1", port, app, threaded=True, fd=listener.fileno())
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def town_options(ready: Mapping[str, Any], system: str) -> dict[str, object]:
    """Give the transport options for a system of the stand-in town, by its ready line."""
    by_system: dict[str, dict[str, object]] = {
        "urbanisme": {
            "kind": "csv_drop",
            "directory": ready["urbanisme_dir"],
            "pattern": "URBA_*.csv",
            "marker": ".ok",
            "encoding": "cp1252",
            "delimiter": ";",
        },
        "actes": {
            "kind": "xml_drop",
            "directory": ready["actes_dir"],
            "pattern": "ACTES_*.xml",
            "marker": ".ok",
            "record": "Teledossiers/Teledossier",
            "count": "Teledossiers/@nombre",
        },
        "etat_civil": {
            "kind": "sql_view",
            "database_url": ready["etat_civil_database_url"],
            "view": "v_suivi_demandes",
            "key": "id_demande",
            "modified": None,
        },
        "demarches": {
            "kind": "graphql",
            "url": ready["demarches_url"],
            "token": ready["demarches_token"],
            "procedure": str(ready["demarches_number"]),
        },
        "voirie": {"kind": "open311", "url": ready["voirie_url"], "updates": True},
    }
    return by_system.get(system) or declared_options(ready, system)


def declared_options(ready: Mapping[str, Any], name: str) -> dict[str, object]:
    """Give the options of an example mapping, its settings taken from the ready line of the town."""
    mapping = load_source(EXAMPLES / f"{name}.yaml", VOCABULARY)
    settings = {f"BRIDGE_{setting.upper()}": str(value) for setting, value in ready.items()}
    return filled_options(mapping, settings)


def reader_of(
    options: Mapping[str, object],
    *,
    waits: list[float] | None = None,
    now: datetime = NOW,
    spool: Path = Path("var", "spool"),
) -> SourceReader:
    """Give the reader under the source name `essai`; waits are noted and not waited."""
    noted = waits if waits is not None else []
    zone = "America/New_York" if options.get("kind") == "open311" else "Europe/Paris"
    return build_reader(
        "essai", options, timezone=zone, clock=FakeClock(now), sleep=noted.append, spool=spool
    )


def read_all(reader: SourceReader, cursor: str | None = None) -> tuple[list[Delivery], str | None]:
    """Give every delivery, and the cursor after the last."""
    deliveries = list(reader.read(cursor))
    return deliveries, deliveries[-1].cursor if deliveries else cursor


def records_of(deliveries: list[Delivery]) -> list[SourceRecord]:
    """Give the records of all deliveries, in order."""
    return [record for delivery in deliveries for record in delivery.records]
