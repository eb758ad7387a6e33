"""One org, reached through simple-salesforce behind a fence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError, SalesforceOperationError
from simple_salesforce.util import exception_handler

from bridge.adapters.outbound import (
    OutboundLimits,
    open_session,
    require_success,
    retrying,
    translate,
    translated,
)
from bridge.adapters.salesforce.budget import ApiBudget
from bridge.adapters.salesforce.circuit import Circuit
from bridge.adapters.salesforce.config import SYSTEM, SalesforceConfig
from bridge.adapters.salesforce.errors import Reaction, Refusal, as_error, read_refusal, refusal_of
from bridge.adapters.salesforce.login import log_in
from bridge.adapters.salesforce.tokens import TokenSource
from bridge.adapters.salesforce.transport import PLACEHOLDER, FencedAdapter
from bridge.domain.synchronisation import CallLane
from bridge.errors import PermanentError, RemoteError, TransientError
from bridge.usecases.ports import Clock

__all__ = ["Row", "SalesforceConfig", "SalesforceConnection"]

Row = dict[str, Any]
_FOR_FILES_S = (3.0, 300.0)
_PIECE_BYTES = 65_536


class SalesforceConnection:
    """Reads and writes of one org; safe to share between threads. Nothing is sent before the first call.

    `subject` in its methods is an object name, for the words of an error.
    """

    def __init__(
        self,
        config: SalesforceConfig,
        clock: Clock,
        *,
        limits: OutboundLimits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        budget: ApiBudget | None = None,
        lane: CallLane = CallLane.SCHEDULED,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lane = lane
        self._login_session = open_session(limits)
        self._tokens = TokenSource(lambda: log_in(self._login_session, config, clock.now()), clock.now)
        self.budget = budget or ApiBudget(clock.now)
        self.budget.look = self.budget.look or self._look_at_limits
        self.circuit = Circuit(clock.now)
        adapter = FencedAdapter(self._tokens, self.budget, self.circuit, lane, limits)
        self._session = open_session(adapter=adapter)
        self._client = Salesforce(
            instance=PLACEHOLDER,
            session_id="unused",  # the adapter puts the real one in
            version=config.api_version,
            session=self._session,
            object_pairs_hook=dict,
        )

    @property
    def calls_made(self) -> int:
        """How many API calls were sent."""
        return self.budget.calls_made

    @property
    def logins(self) -> int:
        """How many logins were tried."""
        return self._tokens.logins

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()
        self._login_session.close()

    def spare_reserve(self) -> None:
        """Stop work whose lane is closed: the calls that are left are for others. Raises: BudgetError."""
        self.budget.require(self._lane)

    def query(self, soql: str, subject: str) -> list[Row]:
        """Give the first page of a query (2,000 rows at most), tried again when the org is briefly away.

        Raises: TransientError, BudgetError, PermanentError.
        """
        found = self._reading(lambda: self._client.query(soql), subject)
        records = found.get("records") if isinstance(found, dict) else None
        if not isinstance(records, list):
            raise _unreadable(subject)
        return records

    def query_all(self, soql: str, subject: str, *, most_pages: int) -> list[Row]:
        """Give the rows of a query with those in the bin, each page one call.

        Raises: TransientError, BudgetError, PermanentError `salesforce.too_many_rows`.
        """
        found = self._reading(lambda: self._client.query(soql, include_deleted=True), subject)
        rows: list[Row] = []
        for _ in range(most_pages):
            if not isinstance(found, dict) or not isinstance(found.get("records"), list):
                raise _unreadable(subject)
            rows += found["records"]
            following = found.get("nextRecordsUrl")
            if found.get("done") is not False or not isinstance(following, str):
                return rows
            found = self._reading(partial(self._client.query_more, following, True), subject)
        raise PermanentError(
            f"{subject}: more rows than one look takes", system=SYSTEM, code="salesforce.too_many_rows"
        )

    def read(self, path: str, subject: str) -> Any:
        """Give a resource below the API version, tried again when the org is briefly away.

        Raises: TransientError, BudgetError, PermanentError.
        """
        return self._reading(lambda: self._client.restful(path), subject)

    def read_text(self, path: str, subject: str) -> tuple[str, Mapping[str, str]]:
        """Give a resource below the API version that is no JSON, with its headers; read as `read` does.

        Raises: TransientError, BudgetError, PermanentError.
        """

        def call() -> requests.Response:
            found = self._session.get(self._client.base_url + path)
            if found.status_code >= 300:
                exception_handler(found)
            return found

        response = self._reading(call, subject)
        response.encoding = "utf-8"
        return response.text, response.headers

    def read_unversioned(self, path: str) -> Any:
        """Give a resource of the instance that is above any API version; `path` begins with a slash.

        Raises: TransientError, PermanentError.
        """

        def attempt() -> Any:
            with translated(SYSTEM):
                response = self._session.get(f"https://{PLACEHOLDER}{path}")
                return require_success(response, SYSTEM, now=self._clock.now()).json()

        return retrying(sleep=self._sleep)(attempt)

    def write(self, method: str, path: str, body: Mapping[str, object], subject: str) -> Any:
        """Send a change, once; a timeout leaves open whether it was made. Gives None for an empty answer.

        Raises: TransientError, BudgetError, PermanentError.
        """
        with self._refusals_translated(subject):
            return self._client.restful(path, method=method, json=dict(body))

    def send_csv(self, path: str, rows: IO[bytes]) -> None:
        """Send a file of rows, once, from its beginning.

        Raises: TransientError, BudgetError, PermanentError.
        """
        rows.seek(0)
        with self._refusals_translated("upload"):
            kind = {"Content-Type": "text/csv; charset=UTF-8"}
            answer = self._session.put(self._address(path), data=rows, headers=kind, timeout=_FOR_FILES_S)
            self._accepted(answer, "upload")

    @contextmanager
    def stream(self, path: str, subject: str) -> Iterator[Iterator[bytes]]:
        """Give an answer piece by piece as it arrives, however long it is; it may break off in the middle.

        Raises: TransientError, BudgetError, PermanentError.
        """
        with self._refusals_translated(subject):
            answer = self._session.get(self._address(path), stream=True, timeout=_FOR_FILES_S)
            with answer:
                self._accepted(answer, subject)
                yield answer.iter_content(_PIECE_BYTES)

    def _address(self, path: str) -> str:
        return f"https://{PLACEHOLDER}/services/data/v{self._client.sf_version}/{path}"

    def _accepted(self, answer: requests.Response, subject: str) -> None:
        if answer.status_code < 300:
            return
        try:
            errors = answer.json()
        except requests.JSONDecodeError:
            errors = None
        refusal = read_refusal(errors[0] if isinstance(errors, list) and errors else None, answer.status_code)
        raise self._failed(refusal, subject)

    def _reading(self, read: Callable[[], Any], subject: str) -> Any:
        def attempt() -> Any:
            with self._refusals_translated(subject):
                return read()

        return retrying(sleep=self._sleep)(attempt)

    @contextmanager
    def _refusals_translated(self, subject: str) -> Iterator[None]:
        try:
            yield
        except (SalesforceError, SalesforceOperationError) as fault:
            raise self._refused(fault, subject) from None
        except requests.RequestException as fault:
            raise translate(fault, SYSTEM) from None
        except TypeError:
            # simple-salesforce measures the answer; one that is neither list nor object has no length.
            raise _unreadable(subject) from None

    def _refused(self, fault: Exception, subject: str) -> RemoteError:
        return self._failed(refusal_of(fault), subject)

    def _failed(self, refusal: Refusal, subject: str) -> RemoteError:
        if refusal.reaction is Reaction.BUDGET:
            return self.budget.exhausted()
        if refusal.code == "UNSUPPORTED_API_VERSION":
            subject = f"{subject}, API version {self._client.sf_version}"
        return as_error(refusal, subject)

    def _look_at_limits(self) -> None:
        """Ask the org how much of the day's calls is used; any answer to any call would tell it too."""
        try:
            found = self.read("limits", "limits")
            daily = found["DailyApiRequests"]
            self.budget.tell(int(daily["Max"]) - int(daily["Remaining"]), int(daily["Max"]))
        except (RemoteError, LookupError, TypeError, ValueError):
            # The user may not be allowed to ask; the header of the refusal was read all the same.
            return


def _unreadable(subject: str) -> TransientError:
    return TransientError(f"{subject}: the answer cannot be read", system=SYSTEM, code="remote.unreadable")
