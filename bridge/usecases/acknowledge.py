"""Tells a source what we have taken, once it is committed here and never before."""

from __future__ import annotations

from bridge.domain.synchronisation import Delivery
from bridge.errors import RemoteError
from bridge.usecases.ports import Acknowledging, SourceReader


class Receipt:
    """The acknowledgements of one run.

    One that fails is kept as `fault`, and no other is tried in this run: the source gives again what was not
    acknowledged, we take it again without effect, and acknowledge it then.
    """

    def __init__(self, reader: SourceReader) -> None:
        self.fault: RemoteError | None = None
        self._reader = reader

    def give(self, delivery: Delivery) -> None:
        """Acknowledge a delivery whose transaction has committed."""
        if not delivery.to_acknowledge or self.fault or not isinstance(self._reader, Acknowledging):
            return
        try:
            self._reader.acknowledge(delivery)
        except RemoteError as error:
            self.fault = error
