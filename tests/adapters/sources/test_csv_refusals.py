"""An unsound file is refused whole, and the error says where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError
from tests.adapters.sources.wire import read_all, reader_of, town_options
from tests.sandbox.town.live import LiveTown

GOOD = b"NUM;NOM;ETAT\r\n1;A;DEP\r\n"


def refusal(folder: Path, content: bytes, **options: object) -> PermanentError:
    """Give the error a file of these bytes raises, after making sure that nothing came before it."""
    (folder / "U_1.csv").write_bytes(content)
    given = {
        "directory": str(folder),
        "pattern": "U_*.csv",
        "marker": "",
        "encoding": "cp1252",
        "columns": ["NUM", "ETAT"],
    }
    found: list[Delivery] = []
    with pytest.raises(PermanentError) as caught:
        found.extend(reader_of({"kind": "csv_drop", **given, **options}).read(None))
    assert found == []
    return caught.value


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        (b"", "source.empty", "no header"),
        (b"NUM;NOM;ETAT\r\n", "source.empty", "no row"),
        (b"NUM;NOM\r\n1;A\r\n", "source.header", "ETAT"),
        (b"NUM;NUM;ETAT\r\n1;2;A\r\n", "source.header", "columns 1, 2"),
        (GOOD + b"2;B", "source.file_truncated", "line 3"),
        (GOOD + b"2;B\r\n", "source.file_truncated", "line 3"),
        (GOOD + b"2;B;DE", "source.file_truncated", f"byte {len(GOOD) + 6}"),
        (GOOD + b'2;"B;DEP\r\n', "source.file_truncated", "quote"),
        (GOOD + b"2;B\r\n3;C;DEP\r\n", "source.row", "line 3"),
        (GOOD + b"2;B;DEP;X\r\n", "source.row", "4 fields"),
        (GOOD + b'2;"B"x;DEP\r\n', "source.csv", "line 3"),
        (GOOD + b'2;"B;DEP\r\n3;"C";DEP\r\n', "source.csv", "line 4"),
        (GOOD + b"2;B\rC;DEP\r\n", "source.csv", "line 3"),
        (GOOD + b"2;B\0;DEP\r\n", "source.nul", f"byte {len(GOOD) + 3}"),
        (GOOD + b"2;B\x81;DEP\r\n", "source.encoding", f"byte {len(GOOD) + 3} (line 3)"),
        (GOOD + "2;é;DEP\r\n".encode(), "source.encoding", "perhaps utf-8"),
        (GOOD + b"2;" + b"B" * 70_000 + b";DEP\r\n", "source.line_too_long", "65536"),
        (GOOD + b'2;"' + (b"B" * 60_000 + b"\r\n") * 3 + b'";DEP\r\n', "source.csv", "line"),
    ],
)
def test_an_unsound_file_is_refused(tmp_path: Path, content: bytes, code: str, where: str) -> None:
    """Each way to be unsound has its code and its place, in a text without content of the file."""
    error = refusal(tmp_path, content)

    assert error.code == code
    assert error.system == "essai"
    assert "U_1.csv" in error.explanation
    assert where in error.explanation


def test_a_swallowed_rest_is_noticed(tmp_path: Path) -> None:
    """A quote left open in row 3 cannot take the rest of the file for one value."""
    rows = b"".join(b"%d;B;DEP\r\n" % n for n in range(50_000))

    assert refusal(tmp_path, GOOD + b'2;"B;DEP\r\n' + rows).code == "source.csv"


@pytest.mark.parametrize(
    ("encoding", "letter", "code"),
    [
        ("utf-8", "é".encode("cp1252"), "source.encoding"),
        ("iso8859-15", "œ".encode("cp1252"), "source.encoding"),
        ("ascii", "é".encode(), "source.encoding"),
        ("utf-8", b"\xff" * 70_000, "source.encoding"),
    ],
)
def test_bytes_of_another_encoding_are_not_read(
    tmp_path: Path, encoding: str, letter: bytes, code: str
) -> None:
    """The declared encoding is the only one; a guess is a suggestion."""
    error = refusal(tmp_path, GOOD + b"2;" + letter + b";DEP\r\n", encoding=encoding)

    assert error.code == code
    assert str(len(GOOD) + 2) in error.explanation


def test_a_mojibake_across_two_reads_is_seen(tmp_path: Path) -> None:
    """The two bytes of one letter may fall on both sides of a chunk."""
    filler = b"9;" + b"B" * 988 + b";DEP\r\n"
    content = GOOD + filler * 65
    content += b"8;" + b"B" * (65_535 - len(content) - 2) + "é;DEP\r\n".encode()
    assert content[65_535:65_537] == "é".encode()

    error = refusal(tmp_path, content)

    assert error.code == "source.encoding"
    assert "byte 65535" in error.explanation


def test_a_last_line_without_end_may_be_allowed(tmp_path: Path) -> None:
    """A town whose software writes no last line end can say so."""
    (tmp_path / "U_1.csv").write_bytes(GOOD + b"2;B;DEP")
    options = {
        "kind": "csv_drop",
        "directory": str(tmp_path),
        "pattern": "*",
        "marker": "",
        "encoding": "cp1252",
        "final_line_end": False,
    }

    assert len(read_all(reader_of(options))[0][0].records) == 2


def test_a_file_larger_than_allowed_is_not_opened(tmp_path: Path) -> None:
    """The size is looked at before the content."""
    error = refusal(tmp_path, GOOD + b"2;B;DEP\r\n" * 200_000, max_megabytes=1)

    assert error.code == "source.file_too_large"


def test_the_name_of_a_file_is_shown_escaped(tmp_path: Path) -> None:
    """A name with a line break or a sign that turns the text around cannot forge a log line."""
    (tmp_path / "U_\n\u202e.csv").write_bytes(b"")
    options = {
        "kind": "csv_drop",
        "directory": str(tmp_path),
        "pattern": "U_*",
        "marker": "",
        "encoding": "cp1252",
    }

    with pytest.raises(PermanentError) as caught:
        read_all(reader_of(options))

    assert "U_\\n\\u202e.csv" in caught.value.explanation


@pytest.mark.parametrize(
    ("fault", "code"), [("csv_truncated", "source.file_truncated"), ("csv_utf8", "source.encoding")]
)
def test_the_faults_of_the_town_are_refused(town: LiveTown, fault: str, code: str) -> None:
    """A night's file cut short, or written in another encoding, leaves the day before as it is."""
    options = town_options(town.ready, "urbanisme")
    _, cursor = read_all(reader_of(options))
    town.post("/sandbox/faults", **{fault: True})
    town.live("2015-12-02")

    found: list[Delivery] = []
    with pytest.raises(PermanentError) as caught:
        found.extend(reader_of(options).read(cursor))

    assert caught.value.code == code
    assert found == []
