"""What YAML may be written, and how it is read."""

from __future__ import annotations

import pytest

from mappings.yaml_text import MAX_BYTES, UnreadableYamlError, read_yaml


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"a: !!python/object/apply:os.system [id]", "line 1: tags are not allowed"),
        (b"a: !env X", "line 1: tags are not allowed"),
        (b"a: 1\nb: !!str 2", "line 2: tags are not allowed"),
        (b"a: &x [1]\nb: *x", "line 1: anchors and aliases are not allowed"),
        (b"a: &x 1", "line 1: anchors and aliases are not allowed"),
        (b"x" * (MAX_BYTES + 1), "the file is larger than 256 KiB"),
        (b"[" * 200 + b"]" * 200, "line 1: more than 20 levels"),
        (b"a: \xe9", "the file is not UTF-8"),
        (b"a: [1", "no valid YAML, line 1: expected ',' or ']', but got '<stream end>'"),
        (b"? [a]\n: 1", "line 1: a key must be one word or text"),
        (b"a: 1\n---\nb: 2", "no valid YAML, line 2: but found another document"),
    ],
)
def test_tricks_and_breakage_are_refused(data: bytes, problem: str) -> None:
    """Tags, anchors, bombs and broken files stop at once, with the line."""
    with pytest.raises(UnreadableYamlError) as refusal:
        read_yaml(data)
    assert str(refusal.value) == problem


def test_values_are_what_they_look_like_and_keys_are_text() -> None:
    """No date, no octal, no yes or no is guessed: a country NO stays NO and a key 1 stays the text 1."""
    data = b"1: x\nNO: NO\nd: 2015-01-02\nz: 007\nt: true\nn: ~\ni: -3\nf: 0.8\nq: '12'\nyes: on\ne:\n"
    assert read_yaml(data)[0] == {
        "1": "x",
        "NO": "NO",
        "d": "2015-01-02",
        "z": "007",
        "t": True,
        "n": None,
        "i": -3,
        "f": 0.8,
        "q": "12",
        "yes": "on",
        "e": None,
    }


def test_a_key_written_twice_is_reported_wherever_it_is() -> None:
    """A second line for one key would silently win; each is named with its dotted path."""
    assert read_yaml(b"a: {b: 1, b: 2}\nl:\n- {c: 1, c: 1}\na: 3\n")[1] == ("a.b", "l[0].c", "a")
