"""The questions that find a Contact: whatever a name holds, they stay the questions we wrote."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.adapters.salesforce.contact_queries import candidates
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.adapters.salesforce.name_patterns import anchored, patterns
from bridge.domain.identity import BirthDate, PivotIdentity, Precision
from mappings.loader import load_salesforce
from tests.contracts.people import ANGELA
from tests.servers.org import StandInOrg

NAMES = {rule.source: rule.target for rule in load_salesforce("contact").fields if rule.source}
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
HOSTILE = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="'\"\\%_(){};=- abÉœ\u200b\u202e\x00\n", max_size=60),
    st.sampled_from(
        [
            "x' OR LastName != '",
            "\\' OR Id != \\'",
            "') OR (Id != '",
            "%",
            "%' AND Id LIKE '%",
            "____",
            "d'" * 5_000,
            "E\u0301" * 5_000,
            "\u202eNITRAM",
        ]
    ),
)
DATES = st.sampled_from(
    [
        None,
        BirthDate("1962-08-24"),
        BirthDate("1962-01-01"),
        BirthDate("1964-02-29"),
        BirthDate("1962-01-01", Precision.YEAR),
        BirthDate("1962-12-01", Precision.MONTH),
        BirthDate("1962-99-99"),
    ]
)
PEOPLE = st.builds(
    PivotIdentity,
    family_name=HOSTILE | st.none(),
    given_names=st.lists(HOSTILE, max_size=6).map(tuple),
    birth_date=DATES,
    gender=st.none(),
    birth_place=st.none(),
    birth_country=st.none(),
)


@given(PEOPLE, HOSTILE | st.none())
def test_no_name_changes_the_shape_of_a_question(person: PivotIdentity, usage_name: str | None) -> None:
    """Outside its quotes a query holds our words and dates alone, at most three times, each bounded."""
    queries = list(candidates(person, NAMES, usage_name))
    assert len(queries) <= 3
    for query in queries:
        rest = QUOTED.sub("", query)
        assert set(re.findall(r"[A-Za-z_]\w*", rest)) <= {
            *("SELECT", "FROM", "WHERE", "AND", "OR", "LIKE", "IN", "ORDER", "BY", "LIMIT", "null"),
            *("Contact", "Id", "Birthdate", "CreatedDate", *NAMES.values()),
        }
        assert rest.endswith(" LIMIT 50")
        assert "()" not in rest
        assert len(query) < 6_000


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, HOSTILE | st.none())
def test_the_org_understands_every_question_and_gives_nobody_else(
    contacts: SalesforceContacts, person: PivotIdentity, usage_name: str | None
) -> None:
    """A hostile name is a name: the org answers, and a stranger is not among the candidates."""
    assert contacts.candidates(replace(person, given_names=("Zzz", *person.given_names)), usage_name) == ()


@pytest.mark.parametrize("usage_name", [None, "0", "Merkel"])
@pytest.mark.parametrize("birth_name", ["%", "_'_", " - "])
def test_a_birth_name_of_signs_alone_is_never_asked_for(birth_name: str, usage_name: str | None) -> None:
    """Such a person has no candidates, and no query with an empty condition is sent."""
    assert list(candidates(replace(ANGELA, family_name=birth_name), NAMES, usage_name)) == []


def test_a_given_name_of_signs_alone_is_left_out() -> None:
    """The others are asked for as if it were not there."""
    alone = list(candidates(replace(ANGELA, given_names=("Zoé",)), NAMES))
    assert list(candidates(replace(ANGELA, given_names=("%", "Zoé")), NAMES, "__")) == alone


@pytest.fixture(autouse=True)
def stranger(org: StandInOrg) -> str:
    """Give a Contact that no name of these tests belongs to."""
    return org.add("Contact", LastName="Autrement", FirstName="Quelquun", Birthdate="1962-08-24")


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("HUCHE", ["H__H_"]),
        ("Lœvenbrück", ["L__V__BR__K", "L_V__BR__K"]),
        ("Martin--Dupont", ["M_RT__%D_P__T"]),
        ("D’Ürsel", ["D%_RS_L"]),
        ("Li", ["Li", "LI"]),
        ("%_%", []),
        ("a b c d e f", ["_%B%_%D%"]),
    ],
)
def test_a_pattern_holds_letters_and_wildcards_alone(name: str, shapes: list[str]) -> None:
    """What registers write differently is left open; a name too short for that is asked for as written."""
    assert patterns(name, 80) == shapes


def test_an_undated_search_keeps_the_first_letter() -> None:
    """Without a date the first letter stands, accented in every way, so that an index can serve."""
    assert anchored("Évrard", 80) == ["EVR_RD", "ÉVR_RD", "ÈVR_RD", "ÊVR_RD", "ËVR_RD"]


def test_a_known_date_is_asked_for_with_its_slips() -> None:
    """The second question names the first of the year and of the month, the swapped day, one other digit."""
    person = replace(ANGELA, birth_date=BirthDate("1962-04-03"))
    near = list(candidates(person, NAMES))[1]
    for day in ("1962-03-04", "1962-01-01", "1962-04-01", "1962-04-08", "1962-09-03", "1969-04-03"):
        assert f"'{day}'" in near
    for day in ("1962-04-03", "1972-04-03", "1962-05-04"):
        assert f"'{day}'" not in near
