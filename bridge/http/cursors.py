"""Where a list goes on: signed, and good only for the citizen and the question it was made for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer

from bridge.errors import RequestError


@dataclass(frozen=True, slots=True, repr=False)
class Cursors:
    """Makes and reads cursors under one secret."""

    secret: str

    def make(self, question: str, after: tuple[datetime, str]) -> str:
        """Give the cursor that goes on after this (changed_at, id)."""
        changed_at, case_id = after
        return self._serializer.dumps([changed_at.isoformat(), case_id, _digest(question)])

    def read(self, question: str, cursor: str) -> tuple[datetime, str]:
        """Give back (changed_at, id).

        Raises: RequestError with code `request.cursor` when forged, or made for another question.
        """
        try:
            changed_at, case_id, asked = self._serializer.loads(cursor)
        except BadSignature as error:
            raise RequestError("the cursor is not one of ours", code="request.cursor") from error
        if asked != _digest(question):
            raise RequestError("the cursor belongs to another list", code="request.cursor")
        return datetime.fromisoformat(changed_at), str(case_id)

    @property
    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="cases-cursor")


def _digest(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:16]
