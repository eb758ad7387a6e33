"""Readings that end in a failure."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bridge.domain.synchronisation import Delivery
from bridge.errors import RemoteError
from tests.adapters.sources.wire import reader_of


def stopped(given: Mapping[str, object]) -> tuple[list[Delivery], str | None, str]:
    """Give what came before a reading failed, the cursor it left, and the code of the failure."""
    found: list[Delivery] = []
    with pytest.raises(RemoteError) as caught:
        found.extend(reader_of(given).read(None))
    return found, found[-1].cursor if found else None, caught.value.code
