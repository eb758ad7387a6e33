"""The example of the API's page, run to the letter by a shell."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.servers.loopback import serving
from tests.usecases.pushing import SOURCE, Hall
from tests.webhooks.test_municipal import door
from tests.webhooks.test_signatures import SECRET

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_a_developer_can_follow_the_page(sqlite_store: SqlStore) -> None:
    """With curl and openssl alone: the first time, and again with the same id."""
    found = re.search(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    clock = FakeClock(datetime.now(UTC))
    hall = Hall(sqlite_store, clock)
    app = door(sqlite_store, clock, [], {SOURCE: (SECRET,)}, hall.receive)
    with serving(lambda _address: app.wsgi_app) as address:
        told = {"URL": f"{address}/webhooks/sources/{SOURCE}", "SECRET_HEX": SECRET.hex(), "NUMBER": "1"}
        answers = [
            subprocess.run(
                ["bash", "-euc", found[1]], env=os.environ | told, capture_output=True, text=True, check=True
            ).stdout
            for _ in range(2)
        ]
    assert answers[0] == answers[1]
    assert answers[0].split()[-1] == "202"
    hall.work()
    with sqlite_store.read() as tx:
        assert set(tx.cases.fingerprints(SOURCE, ["DP 092040 26 00031"])) == {"DP 092040 26 00031"}
