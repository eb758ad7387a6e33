"""What goes on in the org's Cases, and the store's side of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bridge.domain.case import Case, CaseKey
from bridge.domain.org_case import CaseConflict, HeldCase, OrgCase
from bridge.domain.reconciliation import Counted, OurRow
from bridge.domain.synchronisation import CallLane


@dataclass(frozen=True, slots=True)
class CaseMark:
    """How far Cases were followed: all changes before a moment, and of that moment the ids up to one."""

    covered_until: datetime
    after_id: str = ""


@dataclass(frozen=True, slots=True)
class CaseFeedState:
    """How far we are, when to look again, and since when that fails."""

    mark: CaseMark | None
    due_at: datetime
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseNews:
    """A page of changed Cases, oldest first; `following` says where the next page begins, None at the end."""

    cases: tuple[OrgCase, ...]
    following: CaseMark | None


@dataclass(frozen=True, slots=True)
class PastComparison:
    """One comparison of store and org: when it began and ended, what it found, why it was not finished."""

    started_at: datetime
    ended_at: datetime | None
    agrees: bool | None
    error_code: str | None


class CaseChanges(Protocol):
    """The org's Cases as others than us change them.

    Each method raises TransientError, BudgetError or PermanentError when the org cannot answer.
    """

    def own_user(self) -> str:
        """Give the id of the user we work as."""

    def since(self, mark: CaseMark) -> CaseNews:
        """Give a page of what others changed after a mark, deleted ones included."""

    def standing(self, salesforce_ids: Collection[str]) -> dict[str, OrgCase]:
        """Give these Cases as they are now, deleted ones included; one gone for good is left out."""

    def differing(self, case: Case, found: OrgCase) -> tuple[str, ...]:
        """Give the fields the source owns in which the org has something else than we would write."""

    def restore_key(self, salesforce_id: str, key: CaseKey) -> None:
        """Write the external id back onto a Case that lost it. Raises: PermanentError when it is taken."""


class CaseCensus(Protocol):
    """Every Case of the org that is of ours, for a comparison with the store.

    Each method raises TransientError, BudgetError or PermanentError when the org cannot answer.
    """

    def open(self, source: str | None) -> str:
        """Have the org prepare the list, of one source or of all; give the id of the job."""

    def read(self, job_id: str) -> Iterator[Counted]:
        """Wait until the list is there, and give it row by row."""

    def close(self, job_id: str) -> None:
        """Have the org forget the job; one it does not know any more is forgotten already."""

    def some(self, keys: Collection[str]) -> dict[str, tuple[Counted, ...]]:
        """Give the Cases under these external ids, read now."""

    def told(self, row: OurRow) -> str:
        """Give what a Case of the org tells when it has what this row of ours holds."""


class ReportSeal(Protocol):
    """Signs reports, and knows its own again."""

    def sign(self, report: Mapping[str, Any]) -> str:
        """Give the report as a text that bears a signature."""

    def verified(self, text: str) -> dict[str, Any]:
        """Give the report one of our keys signed. Raises: RequestError `report.signature`."""


class CaseFeed(Protocol):
    """How far the org's Cases were followed, and which are to be looked at."""

    def state(self) -> CaseFeedState | None:
        """Give how far; None before the first look."""

    def covered(self, mark: CaseMark, due_at: datetime) -> None:
        """Note how far they were followed, and when to look again."""

    def failed(self, now: datetime, due_at: datetime) -> None:
        """Note that the org could not be asked."""

    def make_due(self, now: datetime) -> None:
        """Have everything that changed looked at, at the next turn."""

    def notice(self, salesforce_ids: Collection[str], now: datetime) -> None:
        """Note Cases to look at; the same one twice is one look."""

    def noticed(self, limit: int) -> tuple[str, ...]:
        """Give Cases to look at, those noted first first."""

    def looked_at(self, salesforce_ids: Collection[str], until: datetime) -> None:
        """Forget notices made up to a moment; a later one stays."""


class Notifications(Protocol):
    """What the org's outbound messages said, once each."""

    def heard(self, ids: Collection[str], now: datetime) -> frozenset[str]:
        """Note notifications; give those heard for the first time."""

    def park(self, parked_id: str, cause_code: str, kind: str, now: datetime) -> None:
        """Keep one that led nowhere; again under the same id it is counted."""

    def forget(self, ids: Collection[str]) -> int:
        """Drop parked ones; give how many there were."""

    def prune(self, now: datetime) -> None:
        """Forget the ids the org cannot repeat any more."""


class CasesInOrg(Protocol):
    """Our cases by their place in the org, and what the org's state means for their pushes."""

    def by_ids(self, salesforce_ids: Collection[str]) -> dict[str, HeldCase]:
        """Give our cases that went into these Cases."""

    def by_keys(self, keys: Collection[CaseKey]) -> dict[str, HeldCase]:
        """Give our cases under these keys, by external id."""

    def by_case_ids(self, case_ids: Collection[str]) -> dict[str, HeldCase]:
        """Give our cases by their own ids."""

    def page(self, after: str, limit: int, source: str | None) -> tuple[OurRow, ...]:
        """Give a page of every case, of one source or of all, in order of their ids."""

    def rows(self, case_ids: Collection[str]) -> dict[str, OurRow]:
        """Give the same of these cases alone."""

    def reopen(self, case_ids: Collection[str], now: datetime, lane: CallLane) -> int:
        """Send these again as they are; give how many were not on their way already.

        In this lane; a case that has a citizen never waits behind a flood.
        """

    def reopen_new(self, case_ids: Collection[str], now: datetime, lane: CallLane) -> int:
        """Send these again as if the org had never had them; give how many."""

    def raise_above(self, versions: dict[str, int], now: datetime, lane: CallLane) -> int:
        """Give cases a version above the one the org holds, and send them; give how many."""

    def hold(self, case_id: str, cause_code: str, cause_text: str, now: datetime) -> bool:
        """Send nothing of a case until a person decides; False when it is held for that already."""


class Conflicts(Protocol):
    """What agents changed against the town's own data."""

    def add(self, conflict: CaseConflict) -> bool:
        """Note one; False when this change was noted before."""

    def count_since(self, case_id: str, since: datetime) -> int:
        """Give how many a case has seen since a moment."""

    def of_case(self, case_id: str) -> tuple[CaseConflict, ...]:
        """Give those of a case, oldest first."""


class Reconciliations(Protocol):
    """Comparisons of store and org, with their signed reports."""

    def start(self, now: datetime) -> str:
        """Open one; give its id."""

    def job(self, run_id: str, job_id: str | None) -> None:
        """Note the org's job before waiting for it, and that it was closed."""

    def left_jobs(self) -> dict[str, str]:
        """Give the jobs that interrupted comparisons left in the org, by comparison."""

    def end(self, run_id: str, now: datetime, *, agrees: bool, report: str) -> None:
        """Close one with its report."""

    def fail(self, run_id: str, now: datetime, code: str) -> None:
        """Close one that could not be finished."""

    def last(self) -> PastComparison | None:
        """Give the latest one."""

    def last_report(self) -> tuple[datetime, str] | None:
        """Give the latest finished one, with when it ended."""


class OrgSide(Protocol):
    """What a transaction holds of the org's Cases."""

    @property
    def case_feed(self) -> CaseFeed: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def in_org(self) -> CasesInOrg: ...
    @property
    def conflicts(self) -> Conflicts: ...
    @property
    def reconciliations(self) -> Reconciliations: ...
