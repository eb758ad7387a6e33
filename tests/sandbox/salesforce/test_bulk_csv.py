"""The CSV of bulk jobs: what an upload may look like, and what makes a job fail before its first row."""

from __future__ import annotations

import pytest

from tests.sandbox.salesforce.bulk_wire import load, results
from tests.sandbox.salesforce.wire import Wire

LINE_ENDING = "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is"
QUOTE = (
    "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote"
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("LastName\r\nA\r\n", f"{LINE_ENDING} LF"),
        ("LastName\nA\rB\n", f"{LINE_ENDING} LF"),
        ('LastName,FirstName\n"A", "B"\n', QUOTE),
        ('LastName\n"A"x\n', QUOTE),
        ('LastName\nA"B\n', QUOTE),
        ('LastName\n"A\nB\n', QUOTE),
        ('\ufeff"LastName"\nA\n', QUOTE),
        ("LastName,Nonsense\nA,B\n", "InvalidBatch : Field name not found : Nonsense"),
        ("LastName,Account.Nonsense\nA,B\n", "InvalidBatch : Field name not found : Account.Nonsense"),
        ("LastName, FirstName\nA,B\n", "InvalidBatch : Field name not found :  FirstName"),
    ],
)
def test_an_upload_that_cannot_be_read_fails_the_job(wire: Wire, content: str, message: str) -> None:
    """With the real service's words; nothing is written, and there are no results."""
    told = load(wire, "insert", content)
    assert (told["state"], told["errorMessage"]) == ("Failed", message)
    assert wire.query("SELECT COUNT() FROM Contact").json()["totalSize"] == 0
    assert results(wire, told["id"], "successfulResults") == []


def test_a_fault_at_the_end_of_the_upload_writes_nothing(wire: Wire) -> None:
    """The whole of it is read before the first batch."""
    told = load(wire, "insert", "LastName\n" + "A\n" * 300 + 'B"\n')
    assert told["errorMessage"] == QUOTE
    assert wire.query("SELECT COUNT() FROM Contact").json()["totalSize"] == 0


@pytest.mark.parametrize("value", ["x" * 32_001, '"' + "x\n" * 16_001 + '"', f'"{"x" * 200_000}"'])
def test_a_field_that_is_too_long_writes_nothing(wire: Wire, value: str) -> None:
    """32,000 characters at most, however it is written; a whole record may have 400,000."""
    told = load(wire, "insert", f"LastName,Description\nA,{value}\n")
    assert told["errorMessage"] == "InvalidBatch : Maximum size of a record or of one of its fields exceeded"
    fields = ["x" * 100, *(["y" * 30_000] * 3)]
    told = load(wire, "insert", f"Subject,Description,Legacy_Text__c,Comments\n{','.join(fields)}\n", "Case")
    assert told["state"] == "JobComplete"


@pytest.mark.parametrize(
    ("operation", "content", "message"),
    [
        ("update", "LastName\nA\n", "InvalidBatch : Field name not found : Id"),
        (
            "delete",
            "Id,LastName\n003000000000001AAA,A\n",
            "InvalidBatch : The 'delete' batch must contain only ids",
        ),
        ("upsert", "LastName\nA\n", "InvalidBatch : Field name not found : FranceConnect_Sub__c"),
    ],
)
def test_columns_an_operation_needs(wire: Wire, operation: str, content: str, message: str) -> None:
    """The id for updates and, alone, for deletions; the key for upserts."""
    key = {"externalIdFieldName": "FranceConnect_Sub__c"} if operation == "upsert" else {}
    assert load(wire, operation, content, **key)["errorMessage"] == message


@pytest.mark.parametrize(
    ("name", "mark"),
    [("TAB", "\t"), ("SEMICOLON", ";"), ("PIPE", "|"), ("CARET", "^"), ("BACKQUOTE", "`"), ("COMMA", ",")],
)
def test_every_delimiter(wire: Wire, name: str, mark: str) -> None:
    """The results use the job's own too."""
    told = load(wire, "insert", f"LastName{mark}FirstName\nA{mark}B\n", columnDelimiter=name)
    assert told["numberRecordsFailed"] == 0
    text = wire.get(f"jobs/ingest/{told['id']}/successfulResults").text
    assert text.splitlines()[0] == f'"sf__Id"{mark}"sf__Created"{mark}LastName{mark}FirstName'


def test_quoted_values_keep_delimiters_quotes_and_line_breaks(wire: Wire) -> None:
    """Also in the results, which give the row back as it was sent; blank lines are no rows."""
    content = 'Subject,Description\r\n"a, ""b""","one\r\ntwo\nthree"\r\n\r\nplain,x\r\n'
    told = load(wire, "insert", content, "Case", lineEnding="CRLF")
    assert (told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (2, 0)
    rows = wire.rows("SELECT Subject, Description FROM Case ORDER BY Subject")
    assert rows[0]["Subject"] == 'a, "b"'
    assert rows[0]["Description"] == "one\r\ntwo\nthree"
    assert results(wire, told["id"], "successfulResults")[0]["Description"] == "one\r\ntwo\nthree"


def test_crlf_declared_and_lf_sent(wire: Wire) -> None:
    """The job fails, and says what it was set to."""
    told = load(wire, "insert", "LastName\nA\n", lineEnding="CRLF")
    assert told["errorMessage"] == f"{LINE_ENDING} CRLF"
