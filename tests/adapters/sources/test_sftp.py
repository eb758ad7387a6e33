"""Files fetched from a real OpenSSH server: whom we trust, what we take, what we leave behind."""

from __future__ import annotations

import resource
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.errors import ConfigurationError, PermanentError, RemoteError, TransientError
from tests.adapters.sources.files import Drop, drop
from tests.adapters.sources.wire import read_all, records_of
from tests.servers.cut_line import cut_line
from tests.servers.sshd import RunningSshd, sshd_server


@pytest.fixture
def there(sshd: RunningSshd, tmp_path: Path) -> Drop:
    """Give a folder on the server, and a spool of this test's own."""
    return Drop.on(tmp_path, sshd)


def refusal(there: Drop, **options: object) -> RemoteError:
    """Give the error that a reading ends with."""
    with pytest.raises(RemoteError) as caught:
        read_all(there.reader(**options))
    return caught.value


def test_a_file_is_fetched_read_and_not_kept(there: Drop) -> None:
    """What was fetched is private while it is read, and gone once it is."""
    drop(there.folder, "U_1.csv", [f"{n};X;DEP" for n in range(1500)])
    deliveries = there.reader().read(None)
    first = next(deliveries)

    (spooled,) = (path for path in there.spool.rglob("*") if path.is_file())
    assert stat.S_IMODE(spooled.stat().st_mode) == 0o600
    assert stat.S_IMODE(spooled.parent.stat().st_mode) == 0o700
    assert "U_1" not in spooled.name
    assert len(first.records) + sum(len(d.records) for d in deliveries) == 1500
    assert [path for path in there.spool.rglob("*") if path.is_file()] == []


def test_the_same_file_gives_the_same_deliveries_here_and_there(there: Drop) -> None:
    """Where a file lies changes nothing of what is read from it."""
    drop(there.folder, "U_1.csv", [f"{n};X;DEP" for n in range(1500)])

    assert [d.key for d in read_all(there.reader())[0]] == [d.key for d in read_all(there.local())[0]]


def test_a_file_taken_is_not_fetched_again(there: Drop, sshd: RunningSshd) -> None:
    """The next look is one short visit, and a new file is found by it."""
    drop(there.folder, "U_1.csv", ["1;X;DEP"])
    _, cursor = read_all(there.reader())
    drop(there.folder, "U_2.csv", ["1;X;ACC"])
    with cut_line(sshd.port) as line:
        again, later = read_all(there.reader(port=line.port, known_hosts=None), cursor)
        assert read_all(there.reader(port=line.port), later) == ([], later)

    assert [record.values["ETAT"] for record in records_of(again)] == ["ACC"]
    assert len(line.carried) == 3


def test_a_link_is_not_followed(there: Drop) -> None:
    """A name in the folder cannot lead to a file outside of it."""
    drop(there.folder.parent, "U_1.csv", ["1;X;DEP"])
    (there.folder / "U_1.csv").symlink_to(there.folder.parent / "U_1.csv")
    (there.folder / "U_1.csv.ok").touch()

    assert read_all(there.reader())[0] == []


def test_known_hosts_may_tell_the_server(there: Drop, sshd: RunningSshd) -> None:
    """The file an administrator keeps already will do, and another server's line will not."""
    drop(there.folder, "U_1.csv", ["1;X;DEP"])

    assert read_all(there.reader(host_key=None, known_hosts=str(sshd.known_hosts)))[0]
    for wrong in (there.spool / "none", _others(there.spool.parent, sshd)):
        assert refusal(there, host_key=None, known_hosts=str(wrong)).code == "source.host_key"


def _others(folder: Path, sshd: RunningSshd) -> Path:
    path = folder / "known_hosts"
    path.write_text(sshd.known_hosts.read_text().replace("127.0.0.1", "192.0.2.1"))
    return path


def test_a_wrong_password_stops_and_is_not_tried_for_each_file(there: Drop, sshd: RunningSshd) -> None:
    """Nothing is repeated that could lock the account."""
    before = sshd.log.read_bytes().count(b"method password")
    error = refusal(there, private_key_file=None, password="wrong")

    assert (type(error), error.code) == (PermanentError, "source.login")
    assert "wrong" not in str(error)
    assert sshd.log.read_bytes().count(b"method password") == before + 1


def test_a_connection_lost_at_the_door_is_no_refused_login(there: Drop, sshd: RunningSshd) -> None:
    """Wherever the line breaks before the first file, the source is away and is tried again soon."""
    steps = range(0, 4_000, 500)
    with cut_line(sshd.port, *steps) as line:
        errors = [refusal(there, port=line.port) for _ in steps]

    assert {(type(error), error.code) for error in errors} == {(TransientError, "source.unavailable")}


def test_a_private_key_may_have_a_passphrase(there: Drop, sshd: RunningSshd) -> None:
    """A key is locked in its file; without the word for it, nothing is tried."""
    locked = there.spool.parent / "key"
    locked.write_bytes(sshd.private_key_file.read_bytes())
    locked.chmod(0o600)
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "sésame", "-f", str(locked)], check=True)
    drop(there.folder, "U_1.csv", ["1;X;DEP"])

    assert read_all(there.reader(private_key_file=str(locked), passphrase="sésame"))[0]
    for wrong in (None, "other"):
        assert refusal(there, private_key_file=str(locked), passphrase=wrong).code == "source.login"


def test_a_file_larger_than_allowed_is_not_fetched(there: Drop) -> None:
    """Its size is known before the first byte."""
    drop(there.folder, "U_1.csv", [f"1;{'X' * 100};DEP"] * 12_000)

    assert refusal(there, max_megabytes=1).code == "source.file_too_large"
    assert list(there.spool.rglob("*")) == []


@contextmanager
def small_files() -> Iterator[None]:
    """Let this process write no file beyond a megabyte: what a full volume does, without one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_volume_that_fills_meanwhile_ends_the_fetching(there: Drop) -> None:
    """The error is the same as when it was full before, and passes once there is room."""
    drop(there.folder, "U_1.csv", ["1;X;DEP"] * 150_000)

    with small_files():
        error = refusal(there)

    assert (type(error), error.code) == (TransientError, "source.spool_full")


def test_what_is_here_is_gone_on_with_only_when_it_is_the_same(there: Drop, sshd: RunningSshd) -> None:
    """A leftover whose end differs from the server's file is fetched anew."""
    rows = [f"{n};{'X' * 40};DEP" for n in range(30_000)]
    drop(there.folder, "U_1.csv", rows)
    with cut_line(sshd.port, *[400_000] * 4) as line:
        assert refusal(there, port=line.port).code == "source.unavailable"
    (part,) = (found for found in there.spool.rglob("*") if found.is_file())
    here = part.stat().st_size
    assert 0 < here < 1_000_000
    part.write_bytes(b"?" * here)

    records = records_of(read_all(there.reader())[0])

    assert [record.values["NUM"] for record in records] == [str(n) for n in range(30_000)]


def test_a_file_written_while_it_is_fetched_is_left(there: Drop, sshd: RunningSshd) -> None:
    """What was fetched of it is forgotten, and the next look begins again."""
    path = drop(there.folder, "U_1.csv", [f"{n};X;DEP" for n in range(30_000)])
    with cut_line(sshd.port) as line, path.open("ab", buffering=0) as writer:
        line.meanwhile = lambda: writer.write(b"30000;X;DEP\r\n")
        error = refusal(there, port=line.port)

    assert (type(error), error.code) == (TransientError, "source.changing")
    assert [found for found in there.spool.rglob("*") if found.is_file()] == []
    assert len(records_of(read_all(there.reader())[0])) == 30_001


def test_a_leftover_of_another_version_is_forgotten(there: Drop, sshd: RunningSshd) -> None:
    """A file replaced between two tries is fetched from its beginning."""
    drop(there.folder, "U_1.csv", [f"{n};{'X' * 40};DEP" for n in range(30_000)])
    with cut_line(sshd.port, *[400_000] * 4) as line:
        refusal(there, port=line.port)
    assert sum(found.stat().st_size for found in there.spool.rglob("*") if found.is_file())
    drop(there.folder, "U_1.csv", [f"{n};X;ACC" for n in range(20_000)])

    records = records_of(read_all(there.reader())[0])

    assert {record.values["ETAT"] for record in records} == {"ACC"}
    assert len(records) == 20_000


def test_a_server_that_hangs_is_left_after_the_time_allowed(there: Drop) -> None:
    """A frozen server costs the seconds of `timeout_s`, and passes."""
    with sshd_server() as frozen, frozen.frozen():
        error = refusal(there, **frozen.options(there.folder), timeout_s=1)

    assert (type(error), error.code) == (TransientError, "source.unavailable")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"host_key": None}, ("transport.host_key", "known_hosts")),
        ({"host_key": "SHA256:short"}, ("transport.host_key", "ssh-keygen")),
        ({"private_key_file": None}, ("transport.private_key_file", "password")),
        ({"host": "sftp://ville.example"}, ("transport.host", "name or address")),
        ({"user": None}, ("transport.user",)),
        ({"host": None}, ("transport.port", "needs a host")),
        ({"stable_for_s": 301}, ("transport.stable_for_s", "300")),
        ({"picture": "half"}, ("transport.picture", "full, delta")),
    ],
)
def test_an_incomplete_server_is_named(
    there: Drop, options: dict[str, object], named: tuple[str, ...]
) -> None:
    """No server is called whose key nobody gave."""
    with pytest.raises(ConfigurationError) as caught:
        there.reader(**options)

    assert all(part in caught.value.explanation for part in named)
