"""docs/mappings.md tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

from bridge.usecases.translate_record import VOCABULARY
from mappings.dates import FORMATS
from mappings.loader import load_source
from mappings.normalizers import SEPARATORS, TRANSFORMS
from mappings.records import map_record
from mappings.salesforce.reading import VALUES
from tests.mappings.examples import TODAY, written

TEXT = (Path(__file__).parents[2] / "docs" / "mappings.md").read_text(encoding="utf-8")


def test_the_full_example_is_a_file_that_loads(tmp_path: Path) -> None:
    """Whoever copies the example gets a source that works, both meanings of its double word included."""
    example = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert example
    mapping = load_source(written(tmp_path, example[1], "petite-enfance.yaml"), VOCABULARY)
    row = {"NUM": "1", "ETAT": "DECISION", "SEXE": "?", "NAISSANCE": "01/01/1900"}
    for opinion, outcome in (("favorable", "accepted"), ("Avis DEFAVORABLE", "refused"), ("", None)):
        record = map_record(mapping, row | {"AVIS": opinion}, "ligne 2", today=TODAY)
        assert record.status.outcome == outcome


def test_every_name_a_mapping_may_use_is_documented() -> None:
    """A word, a format, a transform or a value missing from the page does not exist for a town."""
    words = {*VOCABULARY.phases, *VOCABULARY.outcomes, *VOCABULARY.waiting_for}
    names = {*FORMATS, *TRANSFORMS, *SEPARATORS, *(name for values in VALUES.values() for name in values)}
    assert not {name for name in words | names if f"`{name}`" not in TEXT}
