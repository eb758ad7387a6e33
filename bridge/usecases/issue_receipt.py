"""Makes a receipt for a request of a system that prints none; an agent who knows the person hands it over."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.receipt import IssuedReceipt, new_secret, number_letters, secret_letters
from bridge.errors import RequestError, UnknownCaseError
from bridge.usecases.check_receipt import RECEIPT_PURPOSE
from bridge.usecases.ports import AuditEntry, Clock, Pseudonyms, Store


@dataclass(frozen=True, slots=True)
class IssueReceipt:
    """The secret is shown once; a second receipt takes the place of the first."""

    store: Store
    pseudonyms: Pseudonyms
    clock: Clock

    def __call__(self, reference: str, actor: str) -> IssuedReceipt:
        """Give number and secret. Raises: UnknownCaseError, RequestError when several bear the number."""
        secret, now = new_secret(), self.clock.now()
        with self.store.begin() as tx:
            found = tx.cases.by_reference(reference)
            if not found:
                raise UnknownCaseError("no request bears this number")
            if len(found) > 1:
                raise RequestError(
                    "several requests bear this number: name it source:id", code="case.several"
                )
            key, references = found[0].content.key, found[0].content.references
            number = references[0].value if references else key.source_case_id
            kept = self.pseudonyms.secret(RECEIPT_PURPOSE, key.external_id, secret_letters(secret) or "")
            tx.receipts.issue(found[0].id, number_letters(number), kept)
            tx.audit.add(AuditEntry(actor, "receipt.issued", found[0].id), now)
        return IssuedReceipt(number, secret)
