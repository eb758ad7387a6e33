"""A whole table walked by the ids of its records."""

from __future__ import annotations

import pytest

from tests.sandbox.salesforce.wire import Wire, refusal


def test_records_are_walked_in_order_of_their_ids(wire: Wire) -> None:
    """`Id > …` goes on where a page ended, as clients that read whole tables rely on."""
    ids = sorted(wire.create("Contact", LastName=name) for name in "ABC")
    assert wire.column(f"SELECT Id FROM Contact WHERE Id > '{ids[0]}' ORDER BY Id") == ids[1:]


@pytest.mark.parametrize("field", ["AccountId", "IsDeleted"])
def test_what_has_no_order_is_not_compared(wire: Wire, field: str) -> None:
    """A reference, a boolean: refused as by the platform."""
    value = "'001000000000001AAA'" if field == "AccountId" else "true"
    assert refusal(wire.get(f"query?q=SELECT Id FROM Contact WHERE {field} > {value}"))[1] == "INVALID_FIELD"
