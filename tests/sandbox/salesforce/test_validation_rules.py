"""The validation rules a package brings are in force, and no others."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sandbox.salesforce.schema.loading import load_schema
from sandbox.salesforce.schema.validation_rule import Value, read_rule

RULE = (
    '<ValidationRule xmlns="http://soap.sforce.com/2006/04/metadata"><fullName>R</fullName>'
    "<active>{active}</active><errorConditionFormula>{formula}</errorConditionFormula>"
    "<errorDisplayField>V__c</errorDisplayField><errorMessage>No.</errorMessage></ValidationRule>"
)
SHIPPED = Path(__file__).parents[3] / "salesforce" / "force-app"


@dataclass
class Record:
    """A change of a record."""

    after: dict[str, Value] = field(default_factory=dict)
    before: dict[str, Value] | None = None

    @property
    def is_new(self) -> bool:
        """Whether there was none before."""
        return self.before is None

    def value(self, name: str) -> Value:
        """What it will hold."""
        return self.after.get(name)

    def prior(self, name: str) -> Value:
        """What it held."""
        return (self.after if self.before is None else self.before).get(name)


def rule(formula: str, active: str = "true") -> ET.Element:
    """A rule file."""
    escaped = formula.replace("&", "&amp;").replace("<", "&lt;")
    return ET.fromstring(RULE.format(formula=escaped, active=active))


@pytest.mark.parametrize(
    ("formula", "refused"),
    [
        ("V__c < PRIORVALUE(V__c)", True),
        ("V__c > PRIORVALUE(V__c)", False),
        ("V__c <= 2", True),
        ("V__c >= 2.5", False),
        ("V__c = 2", True),
        ("V__c <> 2", False),
        ("ISCHANGED(V__c)", True),
        ("ISCHANGED(W__c)", False),
        ("ISBLANK(W__c)", True),
        ("ISNEW()", False),
        ("NOT(ISNEW())", True),
        ("AND(ISCHANGED(V__c), ISBLANK(V__c))", False),
        ("OR(ISBLANK(V__c), V__c = 2)", True),
        ("W__c < 1", False),
        ("T__c = 'late'", True),
        ("$Permission.Anything", False),
    ],
)
def test_a_formula_means_what_the_platform_means(formula: str, refused: bool) -> None:
    """Each function of the language we read says of a change what Salesforce would."""
    change = Record({"V__c": 2, "T__c": "late"}, {"V__c": 3, "T__c": "late"})
    read = read_rule(rule(formula))
    assert read is not None
    assert bool(read.refuses(change)) is refused


@pytest.mark.parametrize("formula", ["REGEX(V__c, 'x')", "AND(ISNEW()", "$User.Id = 1", "1 2", "#", ""])
def test_a_formula_it_cannot_read_is_named_at_the_start(formula: str) -> None:
    """Rather than let a record through that the real org refuses."""
    with pytest.raises(ValueError, match=r"formula|value"):
        read_rule(rule(formula))


def test_a_rule_switched_off_refuses_nothing() -> None:
    """An inactive rule is as if it were not there."""
    assert read_rule(rule("REGEX(V__c, 'x')", active="false")) is None


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [(5, 4, True), (5, 5, False), (5, 6, False), (None, 1, False), (5, None, True)],
)
def test_the_shipped_rule_lets_nobody_go_back(before: int | None, after: int | None, refused: bool) -> None:
    """An older version, or none, is refused; the same, a newer and a first one are written."""
    case = load_schema([SHIPPED]).objects["case"]
    (shipped,) = case.rules
    change = Record({"Source_Version__c": after}, {"Source_Version__c": before})
    assert bool(shipped.refuses(change)) is refused
    assert shipped.field == "Source_Version__c"
    assert not shipped.refuses(Record({"Source_Version__c": after}))
