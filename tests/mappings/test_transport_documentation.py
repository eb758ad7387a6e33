"""docs/mappings.md tells the truth about services, and the examples it points to work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bridge.adapters.sources import rest, soap_options
from bridge.adapters.sources.rest.auth_options import AUTH
from bridge.adapters.sources.rest.paging_options import KINDS
from bridge.adapters.sources.rest.plan_options import FORMS
from bridge.usecases.translate_record import VOCABULARY
from mappings.loader import load_source

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "mappings.md").read_text(encoding="utf-8")
EXAMPLES = sorted((DOCS / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_is_a_file_that_loads(path: Path) -> None:
    """Whoever copies an example gets a source that works."""
    assert load_source(path, VOCABULARY).source == path.stem


def test_the_service_shown_is_the_example_itself() -> None:
    """What one reads on the page is what is tested."""
    shown = next(block for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL) if "HUBEE" in block)
    example = yaml.safe_load((DOCS / "examples" / "hubee.yaml").read_text(encoding="utf-8"))
    assert yaml.safe_load(shown) == example["transport"]


def test_every_option_of_a_service_is_documented() -> None:
    """An option missing from the page does not exist for a town."""
    options = {*rest.OPTIONS, *soap_options.OPTIONS, *AUTH, *KINDS, *FORMS}
    options |= {name for names in AUTH.values() for name in names}
    assert not {name for name in options if not re.search(rf"`(?:\w+\.)*{name}(?:\.\w+)*`", TEXT)}
