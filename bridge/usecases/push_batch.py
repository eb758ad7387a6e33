"""A claimed batch on its way: refused whole, it is halved until the case to blame stands alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bridge.domain.case import Case
from bridge.domain.synchronisation import Push, PushResult, PushState
from bridge.errors import PermanentError, RemoteError

# Eight halvings lead from 200 cases to one; this many failures, and two more for each answer, blame the org.
_PATIENCE = 12
_OF_THE_ORG = (
    "salesforce.login",
    "salesforce.invalid_session_id",
    "salesforce.host_refused",
    "salesforce.instance_refused",
)
_TOO_SLOW = frozenset({"remote.timeout", "salesforce.http_504"})


@dataclass(slots=True)
class Batch:
    """What still waits to be sent, what was refused alone, and whether the org answered anything at all."""

    waiting: list[Sequence[Push]]
    refused: list[PushResult] = field(default_factory=list)
    is_answered: bool = False
    patience: int = _PATIENCE

    def answered(self) -> list[PushResult]:
        """Note that a part was answered; give the cases refused before it, for the org was well."""
        self.is_answered = True
        self.patience += 2
        proven, self.refused = self.refused, []
        return proven

    def failed(self, part: Sequence[Push], error: RemoteError) -> None:
        """Put the two halves of a part back, or a single case aside."""
        self.patience -= 1
        half = len(part) // 2
        if half:
            self.waiting += [part[half:], part[:half]]
            return
        parked = PushResult(part[0], PushState.PARKED)
        self.refused.append(replace(parked, cause_code=error.code, cause_text=error.explanation))

    def unsettled(self) -> list[Push]:
        """Give every case that has no answer of its own."""
        return [result.push for result in self.refused] + [push for part in self.waiting for push in part]


def by_parent(claimed: Sequence[Push], cases: Mapping[str, Case]) -> tuple[list[Push], list[Push]]:
    """Give the pushes still under the parent they were claimed with, and those that moved meanwhile.

    These must be claimed anew, for another call may have a case of their new parent.
    """
    here = [push for push in claimed if cases[push.case_id].contact_id == push.parent_id]
    return here, [push for push in claimed if cases[push.case_id].contact_id != push.parent_id]


def may_be_one_case(error: RemoteError, seen_before: str | None) -> bool:
    """Whether smaller calls may do better: not for a login, nor for a call that was slow only once."""
    if isinstance(error, PermanentError):
        return not error.code.startswith(_OF_THE_ORG)
    return error.code in _TOO_SLOW and seen_before in _TOO_SLOW


def may_take_long(seen_before: str | None) -> bool:
    """Whether the lane comes from a failure that had to be, or will have to be, searched for."""
    return seen_before is not None and (seen_before in _TOO_SLOW or seen_before.startswith("salesforce."))
