"""A line to a server that breaks when told, as lines between two towns do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

UNDER_WAY_BYTES = 100_000


@dataclass(slots=True)
class CutLine:
    """Lets so many bytes of answers through on each connection; one number each, then all of them.

    `carried` counts the bytes of answers each connection took. `meanwhile` is done once, under way.
    """

    port: int
    to: int
    breaks_after: list[int] = field(default_factory=list)
    carried: list[int] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    def serve(self, client: socket.socket) -> None:
        """Carry one connection until an end closes it, or it breaks."""
        left = self.breaks_after.pop(0) if self.breaks_after else None
        place = len(self.carried)
        self.carried.append(0)
        with closing(client), socket.create_connection(("127.0.0.1", self.to)) as server:
            back = threading.Thread(target=_carry, args=(client, server), daemon=True)
            back.start()
            with suppress(OSError):
                while chunk := server.recv(16_384):
                    if left is not None and self.carried[place] + len(chunk) > left:
                        break
                    client.sendall(chunk)
                    self.carried[place] += len(chunk)
                    self._under_way(place)
            for end in (client, server):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            back.join()

    def _under_way(self, place: int) -> None:
        if self.meanwhile and self.carried[place] > UNDER_WAY_BYTES:
            todo, self.meanwhile = self.meanwhile, None
            todo()


def _carry(start: socket.socket, end: socket.socket) -> None:
    with suppress(OSError):
        while chunk := start.recv(16_384):
            end.sendall(chunk)
        end.shutdown(socket.SHUT_WR)


@contextmanager
def cut_line(to: int, *breaks_after: int) -> Iterator[CutLine]:
    """Give a line to a port of this machine; it ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = CutLine(listener.getsockname()[1], to, list(breaks_after))
        thread = threading.Thread(target=_accept, args=(listener, line), daemon=True)
        thread.start()
        yield line
        # Wakes the thread that waits for the next caller.
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(listener: socket.socket, line: CutLine) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=line.serve, args=(client,), daemon=True).start()
