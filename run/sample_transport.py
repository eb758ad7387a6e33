"""What a sample tells of the transport its records will come by."""

from __future__ import annotations

import re

from bridge.adapters.sources.sample_files import Sample
from mappings.gaps import GAP


def sample_transport(source: str, file: str, sample: Sample) -> dict[str, object]:
    """Give the `transport:` of a draft: a dropped CSV is known whole but for how its end is marked."""
    if sample.kind != "csv":
        return {"kind": GAP}
    pattern = re.sub(r"\d+", "*", file)
    return {
        "kind": "csv_drop",
        "directory": f"env:BRIDGE_{source.upper().replace('-', '_')}_DIRECTORY",
        "pattern": pattern if pattern != file else GAP,
        "marker": GAP,
        "encoding": sample.encoding,
        "delimiter": sample.delimiter,
        "columns": [],
    }
