"""When silence decides: "silence vaut accord" after two months, for files in instruction or waiting for it.

Source: demarche.numerique.gouv.fr, app/services/sva_svr_decision_date_calculator_service.rb: counted from the
day after the deposit; an incomplete file starts again when it is completed, and has no date until then.
"""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.town.clock import PARIS
from sandbox.town.demarches.dossiers import Snapshot

MONTHS = 2


def decision_by_silence(snapshot: Snapshot) -> date | None:
    """The day silence becomes a decision; none while a correction is awaited, or once it is decided."""
    if snapshot.decision is not None or snapshot.pending_correction is not None:
        return None
    began = snapshot.last("depose", "depose_correction_usager")
    assert began is not None
    first = began.at.astimezone(PARIS).date() + timedelta(days=1)
    month = first.month - 1 + MONTHS
    return date(first.year + month // 12, month % 12 + 1, min(first.day, 28))
