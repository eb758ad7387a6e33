"""The first records of a file somebody was handed, whatever its form."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.adapters.sources.sample_files import Sample, read_sample
from bridge.errors import ConfigurationError

DOCTYPE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
ONE, TWO = '<q n="1"><nom>Zoé</nom><p>a</p><p>b</p></q>', '<q n="2"><nom/><a><b>c</b></a></q>'
XML = f'<d xmlns="urn:x"><jour>1</jour>{ONE}{TWO}</d>'


def sample(tmp_path: Path, name: str, content: str | bytes, most: int = 20) -> Sample:
    """Read a file of this content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_sample(path, most)


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        ("NOM;N\r\nZoé, dite Z;1\r\n".encode("cp1252"), "cp1252", ";"),
        ("NOM,N\nZoé,1\n".encode(), "utf-8", ","),
        ("\ufeffNOM\tN\nZoé\t1\n".encode(), "utf-8", "\t"),
        ('NOM|N\n"Zoé|Z"|1\n'.encode(), "utf-8", "|"),
    ],
)
def test_the_form_of_a_csv_is_found(tmp_path: Path, content: bytes, encoding: str, delimiter: str) -> None:
    """By its mark, strict UTF-8 or Windows-1252; by the sign that cuts all rows alike."""
    read = sample(tmp_path, "a.csv", content)
    assert (read.encoding, read.delimiter) == (encoding, delimiter)
    [record] = read.records
    assert list(record.values) == ["NOM", "N"]
    assert str(record.values["NOM"]).startswith("Zoé")
    assert record.position == "ligne 2"


def test_only_the_first_records_are_given(tmp_path: Path) -> None:
    """A long sample is not shown whole."""
    rows = "".join(f"{n};x\n" for n in range(50))
    assert [r.values["A"] for r in sample(tmp_path, "a.csv", f"A;B\n{rows}", 3).records] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '[{"n": 1}, {"n": 2}]'),
        ("a.json", '{"data": {"page": {"nodes": [{"n": 1}, {"n": 2}]}, "codes": [3]}}'),
        ("a.jsonl", '{"n": 1}\n{"n": 2}\n'),
    ],
)
def test_records_are_found_in_json(tmp_path: Path, name: str, content: str) -> None:
    """A list, the list an API wraps, or one object a line."""
    assert [dict(record.values) for record in sample(tmp_path, name, content).records] == [{"n": 1}, {"n": 2}]


def test_xml_elements_become_values(tmp_path: Path) -> None:
    """Local names, attributes, nested elements; a name that is repeated gives a list."""
    read = sample(tmp_path, "a.xml", XML)
    assert [dict(record.values) for record in read.records] == [
        {"@n": "1", "nom": "Zoé", "p": ["a", "b"]},
        {"@n": "2", "nom": "", "a": {"b": "c"}},
    ]


def test_a_sample_and_a_drop_name_the_same_values(tmp_path: Path) -> None:
    """A mapping tried on a sample reaches what the source will give: attributes, tables, text between."""
    read = sample(
        tmp_path, "a.xml", '<d><f id="1">x<etat code="E">ouvert</etat><p><n>1</n></p><p><n>2</n></p></f></d>'
    )
    assert [dict(record.values) for record in read.records] == [
        {"@id": "1", "etat": "ouvert", "etat@code": "E", "p": {"n": ["1", "2"]}, "#text": "x"}
    ]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", "A;B\n1;2;3\n", "is no csv that can be read"),
        ("a.csv", "A;B\n", "holds no record"),
        ("a.json", "{DUBOIS", "is no json that can be read"),
        ("a.xml", "<a><b>DUBOIS", "is no xml that can be read"),
        ("a.xml", f"{DOCTYPE}<a><b><c>&e;</c></b></a>", "is no xml that can be read"),
    ],
)
def test_a_spoilt_sample_is_refused_without_being_quoted(
    tmp_path: Path, name: str, content: str, problem: str
) -> None:
    """The error names the file and nothing that stands in it."""
    with pytest.raises(ConfigurationError) as refused:
        sample(tmp_path, name, content)
    assert str(refused.value) == f"{name}: {problem}"
