"""Asks a record-linkage library, in an environment of its own, about the same pairs."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.matching_pairs import Pair
from bridge.domain.identity import PivotIdentity

LIBRARY_PYTHON = Path(__file__).parents[1] / "build" / "linkage" / "bin" / "python"
_SCRIPT = Path(__file__).with_name("linkage.py")
_TIMEOUT_S = 900
MISSING = "not installed; `make bench-matching` does it"


def judged(pairs: Sequence[Pair], python: Path = LIBRARY_PYTHON) -> dict[str, Any]:
    """Give what the library says of these pairs, or that it is not there."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["same", *(f"{side}_{name}" for side in "ab" for name in _columns(None))])
    writer.writeheader()
    for pair in pairs:
        sides = (("a", pair.person.identity), ("b", pair.contact.identity))
        values = {f"{side}_{name}": value for side, who in sides for name, value in _columns(who).items()}
        writer.writerow({"same": int(pair.is_same), **values})
    return _asked(python, text.getvalue())


def febrl(python: Path = LIBRARY_PYTHON) -> dict[str, Any]:
    """Give the library's FEBRL 4 data set: 5,000 people, each in two registers, the second full of errors."""
    return _asked(python, "", "febrl")


def _asked(python: Path, text: str, *arguments: str) -> dict[str, Any]:
    if not python.exists():
        return {"library": MISSING}
    done = subprocess.run(
        [str(python), "-W", "ignore", str(_SCRIPT), *arguments],
        input=text,
        stdout=subprocess.PIPE,
        text=True,
        timeout=_TIMEOUT_S,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _columns(identity: PivotIdentity | None) -> dict[str, str]:
    if identity is None:
        identity = PivotIdentity(None, (), None, None, None, None)
    return {
        "birth_name": (identity.family_name or "").upper(),
        "given_names": (identity.given_names or ("",))[0].upper(),
        "birth_date": identity.birth_date.text if identity.birth_date else "",
        "gender": identity.gender or "",
        "birth_place": identity.birth_place or "",
        "birth_country": identity.birth_country or "",
    }
