"""One reading of an XML file in a process of its own: `product` or `iterparse`, then a file. Prints JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bench.machine import peak_mib


def main() -> None:
    """Read once, and say how fast, and how much memory it needed."""
    kind, path = sys.argv[1], Path(sys.argv[2])
    began = time.process_time()
    records = _product(path) if kind == "product" else _iterparse(path)
    seconds = time.process_time() - began
    print(json.dumps({"records_per_s": round(records / seconds), "cpu_s": seconds, "peak_mib": peak_mib()}))


def _product(path: Path) -> int:
    from bridge.adapters.clock import SystemClock  # noqa: PLC0415 - its memory is not the bare reading's
    from bridge.adapters.sources import build_reader  # noqa: PLC0415 - the same

    where = {"directory": str(path.parent), "pattern": path.name, "marker": ""}
    options = {"kind": "xml_drop", **where, "record": "Envoi/Dossier", "count": "Envoi/@nombre"}
    reader = build_reader("bench", options, timezone="Europe/Paris", clock=SystemClock())
    return sum(len(delivery.records) for delivery in reader.read(None))


def _iterparse(path: Path) -> int:
    from lxml import etree  # noqa: PLC0415 - the same

    records = 0
    for _, element in etree.iterparse(path, tag="Dossier"):
        records += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return records


if __name__ == "__main__":
    main()
