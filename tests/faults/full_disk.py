"""In a mount namespace of its own: the store on a disk of three megabytes, filled and freed. Prints JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from bridge.errors import RemoteError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, numbers, row


def main() -> None:
    """Write until nothing goes any more, read, make room, write again."""
    disk = Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=True)
    engine = create_store_engine(f"sqlite:///{disk / 'bridge.db'}")
    migrate(engine)
    store = SqlStore(engine, FakeVault())
    absorb = AbsorbDelivery(store, PSEUDONYMS, FakeClock())
    absorb(URBANISME, delivery(row(1), key="d1"))
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"0" * 4096):
                continue
        except OSError:
            pass
    refused = []
    for number in range(2, 12):
        try:
            absorb(URBANISME, delivery(row(number), key=f"d{number}"))
        except RemoteError as error:
            refused.append([error.code, getattr(error, "retry_after_s", None)])
    while_full = len(numbers(store))
    filler.unlink()
    for number in range(2, 12):
        absorb(URBANISME, delivery(row(number), key=f"e{number}"))
    with engine.connect() as connection:
        sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    print(
        json.dumps(
            {"refused": refused, "while_full": while_full, "after": len(numbers(store)), "check": sound}
        )
    )


if __name__ == "__main__":
    main()
