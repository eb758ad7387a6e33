"""What an upload looks like, and how the results of a job are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from bridge.adapters.salesforce import bulk_ingest
from bridge.adapters.salesforce.bulk import SalesforceBulk, refusal_of_row
from bridge.adapters.salesforce.bulk_sheet import CsvSheet
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.errors import Reaction
from bridge.domain.bulk import BulkKind, BulkProgress
from bridge.errors import GoneError, PermanentError, TransientError
from mappings.loader import load_salesforce
from tests.adapters.salesforce.scripted_org import Answer, ScriptedOrg
from tests.contracts.requests_made import a_case
from tests.servers.org import StandInOrg
from tests.servers.patience import wait_for

JOB = "750000000000001AAA"


@pytest.fixture
def loader(connection: SalesforceConnection, cases: SalesforceCases) -> SalesforceBulk:
    """Give the loader of the stand-in."""
    return SalesforceBulk(connection, cases, load_salesforce("case_event"))


def uploaded(loader: SalesforceBulk, *numbers: str) -> str:
    """Load these cases; give the job's id once the org is done."""
    with loader.sheet(BulkKind.CASES, creating=False) as sheet:
        assert sheet.add_cases([a_case(number) for number in numbers], ()) == {}
        job_id = loader.open(BulkKind.CASES)
        loader.upload(job_id, sheet)
    wait_for(lambda: loader.look(job_id).is_over)
    return job_id


def test_a_sheet_is_written_as_the_org_reads_it(loader: SalesforceBulk) -> None:
    """Columns in order, each line ended by CRLF, odd values quoted, nothing for unchanged, #N/A for empty."""
    with loader.sheet(BulkKind.CASES, creating=False) as sheet:
        sheet.add_cases([a_case("1", public_note='Une "note",\nsur deux lignes', next_step=None)], ())
        sheet.csv.file.seek(0)
        text = sheet.csv.file.read().decode()
    header, values = csv.reader(io.StringIO(text, newline=""))
    row = dict(zip(header, values, strict=True))
    assert header == sorted(header)
    assert text.count("\r\n") == 2
    assert (row["Public_Note__c"], row["Next_Due_On__c"]) == ('Une "note",\nsur deux lignes', "#N/A")
    assert (row["Tacit__c"], row["ContactId"], "Origin" in row) == ("true", "", False)


def test_a_sheet_takes_what_the_org_takes() -> None:
    """A record that no longer fits is left for another job."""
    sheet = CsvSheet(io.BytesIO(), ["Name"], most_bytes=20)
    assert [sheet.add({"Name": "12345"}) for _ in range(3)] == [True, True, False]
    assert sheet.rows == 2


def test_an_upload_is_sent_whole_with_a_new_session(
    org: StandInOrg, connection: SalesforceConnection, loader: SalesforceBulk
) -> None:
    """The session ends just before: the file goes up once more from its beginning."""
    with loader.sheet(BulkKind.CASES, creating=False) as sheet:
        sheet.add_cases([a_case("1"), a_case("2")], ())
        job_id = loader.open(BulkKind.CASES)
        org.switch(expire_tokens="once")
        loader.upload(job_id, sheet)
    wait_for(lambda: loader.look(job_id).is_over)
    assert (connection.logins, loader.look(job_id).processed) == (2, 2)


def test_each_row_is_answered_under_its_key(org: StandInOrg, loader: SalesforceBulk) -> None:
    """In whatever order the org tells it; accents and line breaks of the row itself disturb nothing."""
    org.switch(bulk_shuffle=True, seed=3, fail_first=1, fail_code="STRING_TOO_LONG")
    job_id = uploaded(loader, "à, 1", "é 2", "3")
    answers = dict(loader.answers(BulkKind.CASES, job_id, loader.look(job_id)))
    assert answers.keys() == {"contract:à, 1", "contract:é 2", "contract:3"}
    assert answers["contract:à, 1"].error_code == "STRING_TOO_LONG"
    assert all(answers[key].salesforce_id for key in ("contract:é 2", "contract:3"))


def test_an_older_version_is_stale_by_job_too(loader: SalesforceBulk, cases: SalesforceCases) -> None:
    """The org's rule refuses it, and the version it holds is asked for."""
    cases.upsert([a_case("1", version=5)])
    job_id = uploaded(loader, "1", "2")
    answers = dict(loader.answers(BulkKind.CASES, job_id, loader.look(job_id)))
    stale = answers["contract:1"]
    assert (stale.error_code, stale.held_version, stale.transient) == ("STALE_VERSION", 5, False)


def test_a_job_the_org_deleted_is_gone(loader: SalesforceBulk) -> None:
    """Nobody waits for it any longer."""
    with pytest.raises(GoneError):
        loader.look(JOB)


def test_a_job_that_waits_can_be_dropped(loader: SalesforceBulk) -> None:
    """It was opened and nothing more came."""
    job_id = loader.open(BulkKind.CASES)
    assert loader.look(job_id).is_open
    loader.abort(job_id)
    assert (loader.look(job_id).is_over, loader.look(job_id).processed) == (True, 0)


@pytest.mark.parametrize(
    ("text", "code", "fields", "reaction"),
    [
        ("STRING_TOO_LONG:Sujet : trop long:Subject --", "STRING_TOO_LONG", ("Subject",), Reaction.RECORD),
        (
            "REQUIRED_FIELD_MISSING:Required fields are missing: [A__c, B__c]:A__c,B__c --",
            "REQUIRED_FIELD_MISSING",
            ("A__c", "B__c"),
            Reaction.RECORD,
        ),
        (
            "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: 003x:--",
            "UNABLE_TO_LOCK_ROW",
            (),
            Reaction.RETRY,
        ),
        ("INVALID_FIELD:two\nlines:--", "INVALID_FIELD", (), Reaction.CONNECTOR),
        ("", "HTTP_400", (), Reaction.RECORD),
    ],
)
def test_the_error_of_a_row_is_read(
    text: str, code: str, fields: tuple[str, ...], reaction: Reaction
) -> None:
    """Code and fields are kept, never the words, which may hold values."""
    found = refusal_of_row(text)
    assert (found.code, found.fields, found.reaction) == (code, fields, reaction)


def test_rows_refused_for_want_of_a_right_blame_nobody(scripted: ScriptedOrg) -> None:
    """When it is every row, the connector stops, as it does for a call."""
    error = "INSUFFICIENT_ACCESS_OR_READONLY:no:Case --"
    scripted.answers = [Answer(200, f'"sf__Id","sf__Error","Source_Key__c"\n"","{error}","a:1"\n'.encode())]
    with scripted.connection() as connection:
        cases = SalesforceCases(connection, load_salesforce("case"))
        loader = SalesforceBulk(connection, cases, load_salesforce("case_event"))
        progress = BulkProgress(is_open=False, is_over=True, processed=1, failed=1)
        with pytest.raises(PermanentError) as caught:
            list(loader.answers(BulkKind.CASES, JOB, progress))
    assert caught.value.code == "salesforce.insufficient_access_or_readonly"


@pytest.mark.parametrize(
    "body", [b'"a","b"\n"1"\n', b'"a"\n"\xff"\n', b'"a"\n"open'], ids=["short", "bytes", "open"]
)
def test_results_nobody_can_read_are_asked_for_again(scripted: ScriptedOrg, body: bytes) -> None:
    """A broken answer settles nothing."""
    scripted.answers = [Answer(200, body)]
    with scripted.connection() as connection, pytest.raises(TransientError) as caught:
        list(bulk_ingest.result_rows(connection, JOB, "failedResults"))
    assert caught.value.code == "remote.unreadable"


def test_results_are_read_across_the_pieces_they_arrive_in() -> None:
    """A character of two bytes, a quoted line break: each may be cut anywhere."""
    raw = '\ufeff"a","b"\r\n"é\n1","ok"\r\n'.encode()

    def arriving() -> Iterator[bytes]:
        yield from (raw[at : at + 1] for at in range(len(raw)))

    assert list(csv.reader(bulk_ingest._lines(arriving()))) == [["a", "b"], ["é\n1", "ok"]]
