"""The Cases of the org, written up to 200 at a time by their external id."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.case_values import case_values
from bridge.adapters.salesforce.collections import MOST_RECORDS, Body, Settled, upsert_records
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.errors import Reaction, Refusal
from bridge.adapters.salesforce.held_versions import held_versions, version_field
from bridge.domain.case import Case, CaseKey
from bridge.usecases.ports import CaseAnswer
from mappings.errors import PayloadError
from mappings.salesforce import SalesforceMapping, payload

STALE_VERSION = "STALE_VERSION"
CONTACT = "ContactId"


class SalesforceCases:
    """The CaseDirectory of an org. Leaves the last tenth of the daily API allowance to sign-ins."""

    def __init__(self, connection: SalesforceConnection, mapping: SalesforceMapping) -> None:
        self._connection = connection
        self.mapping = mapping
        self._version_field = version_field(mapping)
        self._contact_fields = [rule.target for rule in mapping.fields if rule.source == "contact_id"]

    def upsert(self, cases: Sequence[Case], first: Collection[str] = ()) -> tuple[CaseAnswer, ...]:
        """Write at most 200 cases by external id; one answer each, in the same order.

        `first` names the cases the org never took; only these get what agents own from then on.
        Of several states of one case the newest is sent, and its answer stands for all of them.
        Raises: ValueError above 200, TransientError, BudgetError, PermanentError when the whole call failed.
        """
        if len(cases) > MOST_RECORDS:
            raise ValueError(f"at most {MOST_RECORDS} cases in one call")
        newest = {_key(case): case for case in sorted(cases, key=lambda case: case.version)}
        bodies: dict[str, Body] = {}
        answers: dict[str, CaseAnswer] = {}
        for key, case in newest.items():
            try:
                bodies[key] = self.body(case, is_first=case.id in first)
            except PayloadError as error:
                answers[key] = CaseAnswer(None, "MAPPING_REFUSED", (error.target,))
        answers |= self.answers(upsert_records(self._connection, self.mapping, bodies))
        return tuple(answers[_key(case)] for case in cases)

    def contact_of(self, key: CaseKey) -> str | None:
        """Give the id of the Contact the org's Case bears, read now; None without Case or Contact."""
        query = f"SELECT {CONTACT} FROM {self.mapping.object_name} WHERE {self.mapping.external_id} = {{}}"  # noqa: S608 - field names come from the mapping, the value through format_soql
        rows = self._connection.query(str(format_soql(query, key.external_id)), self.mapping.object_name)
        found = rows[0].get(CONTACT) if rows else None
        return found if isinstance(found, str) and found else None

    def body(self, case: Case, *, is_first: bool) -> Body:
        """Give what the org is told of a case, by whatever way it goes. Raises: PayloadError."""
        fields = payload(self.mapping, case_values(case), creating=is_first)
        if case.contact_withdrawn:
            fields |= dict.fromkeys(self._contact_fields)
        return fields

    def answers(self, results: Mapping[str, Settled]) -> dict[str, CaseAnswer]:
        """Give the answers under the same keys; asks which version the org holds of what it calls stale."""
        stale = {key for key, result in results.items() if self._is_stale(result)}
        held = held_versions(self._connection, self.mapping, stale)
        return {key: self._answer(result, held.get(key)) for key, result in results.items()}

    def _is_stale(self, result: Settled) -> bool:
        return (
            isinstance(result, Refusal)
            and result.code == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
            and self._version_field in result.fields
        )

    def _answer(self, result: Settled, held_version: int | None) -> CaseAnswer:
        if isinstance(result, str):
            return CaseAnswer(result)
        return CaseAnswer(
            None,
            STALE_VERSION if self._is_stale(result) else result.code,
            result.fields,
            transient=result.reaction in {Reaction.RETRY, Reaction.BUDGET},
            held_version=held_version,
        )


def _key(case: Case) -> str:
    return case.content.key.external_id
