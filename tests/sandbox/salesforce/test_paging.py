"""Long results: pages that neither lose nor repeat a record while the org changes."""

from __future__ import annotations

import pytest

from tests.sandbox.salesforce.wire import Wire, refusal

KEY = "External_Key__c"


@pytest.fixture
def many(wire: Wire) -> Wire:
    """450 Cases."""
    for start in range(0, 450, 150):
        wire.upsert_many("Case", KEY, [{KEY: f"{n:04d}"} for n in range(start, start + 150)])
    wire.headers = {"Sforce-Query-Options": "batchSize=200"}
    return wire


def test_pages_of_200(many: Wire) -> None:
    """`nextRecordsUrl` leads through all records in order, without a slash or with one."""
    page = many.get("query/", params={"q": f"SELECT {KEY} FROM Case ORDER BY {KEY} DESC"}).json()
    keys = [row[KEY] for row in page["records"]]
    assert (page["totalSize"], page["done"]) == (450, False)
    assert page["nextRecordsUrl"].startswith("/services/data/v60.0/query/01g")
    assert page["nextRecordsUrl"].endswith("-200")
    while not page["done"]:
        page = many.get(page["nextRecordsUrl"]).json()
        keys += [row[KEY] for row in page["records"]]
    assert keys == [f"{n:04d}" for n in reversed(range(450))]
    assert "nextRecordsUrl" not in page


def test_pages_are_fixed_at_the_first(many: Wire) -> None:
    """Records changed, made or deleted between two pages neither shift nor hide others."""
    page = many.query("SELECT Id, Subject FROM Case ORDER BY External_Key__c").json()
    seen = [row["Id"] for row in page["records"]]
    many.create("Case", External_Key__c="0000a")
    many.delete(f"sobjects/Case/{seen[0]}")
    changed = many.get("sobjects/Case/External_Key__c/0300").json()["Id"]
    many.patch(f"sobjects/Case/{changed}", {"Subject": "new", KEY: "zzz"})
    following = many.get(page["nextRecordsUrl"]).json()["records"]
    assert len(seen) == len(following) == 200
    assert not set(seen) & {row["Id"] for row in following}
    assert next(row["Subject"] for row in following if row["Id"] == changed) == "new"


def test_children_come_on_every_page(many: Wire) -> None:
    """A sub-query is answered for the records of each page."""
    last = many.get("sobjects/Case/External_Key__c/0449").json()["Id"]
    many.create("CaseComment", ParentId=last, CommentBody="x")
    page = many.query("SELECT Id, (SELECT Id FROM CaseComments) FROM Case ORDER BY External_Key__c").json()
    second = many.get(page["nextRecordsUrl"]).json()
    third = many.get(second["nextRecordsUrl"]).json()
    assert third["records"][-1]["CaseComments"]["totalSize"] == 1
    assert third["records"][0]["CaseComments"] is None


def test_limit_that_needs_pages(many: Wire) -> None:
    """LIMIT counts over all pages."""
    page = many.query("SELECT Id FROM Case LIMIT 300").json()
    assert (page["totalSize"], len(many.get(page["nextRecordsUrl"]).json()["records"])) == (300, 100)


def test_unknown_locator(many: Wire) -> None:
    """A locator that is not ours, or past the end, is refused."""
    page = many.query("SELECT Id FROM Case").json()
    cursor = page["nextRecordsUrl"].rpartition("-")[0]
    for path in (f"{cursor}-450", f"{cursor}-x", "/services/data/v60.0/query/01gQk0000000zzzIAA-2000"):
        assert refusal(many.get(path)) == (400, "INVALID_QUERY_LOCATOR")


def test_groups_have_no_second_page(many: Wire) -> None:
    """A grouped result that does not fit is refused, as the org does."""
    assert refusal(many.query(f"SELECT {KEY}, COUNT(Id) FROM Case GROUP BY {KEY}")) == (
        400,
        "EXCEEDED_ID_LIMIT",
    )


def test_two_long_texts_make_pages_of_200(many: Wire) -> None:
    """Wide rows come in smaller pages; one long text does not."""
    many.headers = {}
    assert many.query("SELECT Id, Legacy_Text__c FROM Case").json()["done"] is True
