"""XML files as town systems drop them: what a record becomes, and which files are refused whole."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bridge.adapters.sources.folder_options import ON_A_SERVER
from bridge.errors import ConfigurationError, PermanentError
from bridge.usecases.ports import SourceReader
from bridge.usecases.translate_record import VOCABULARY
from mappings.errors import RecordError
from mappings.loader import load_source
from mappings.model import MappedRecord, SourceMapping
from mappings.records import map_record
from tests.adapters.sources.wire import read_all, reader_of, records_of

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def write(folder: Path, text: str | bytes, name: str = "EC_1.xml") -> Path:
    """Write a file of these words, in UTF-8 unless they are bytes."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def reader(folder: Path, **options: object) -> SourceReader:
    """Give the reader of a folder; `Envoi/Dossier` are its records."""
    given = {"directory": str(folder), "pattern": "EC_*.xml", "marker": "", "record": "Envoi/Dossier"}
    return reader_of({"kind": "xml_drop", **given, **options})


def values(folder: Path, **options: object) -> list[dict[str, object]]:
    """Give what each record holds."""
    return [dict(record.values) for record in records_of(read_all(reader(folder, **options))[0])]


def refusal(folder: Path, **options: object) -> PermanentError:
    """Give the error that a reading ends with."""
    with pytest.raises(PermanentError) as caught:
        read_all(reader(folder, **options))
    return caught.value


def test_elements_and_attributes_become_what_rules_can_name(tmp_path: Path) -> None:
    """Nested elements are paths, attributes `element@name`, and namespaces are left out."""
    write(
        tmp_path,
        '<e:Envoi xmlns:e="urn:etat-civil" xmlns="urn:autre"><e:Dossier id="7"><numero>EC-1</numero>'
        '<demandeur><nom lang="fr">LEFÈVRE</nom></demandeur><etat code="DONE">Traité</etat><note/>'
        "</e:Dossier></e:Envoi>",
    )

    assert values(tmp_path) == [
        {
            "@id": "7",
            "numero": "EC-1",
            "demandeur": {"nom": "LEFÈVRE", "nom@lang": "fr"},
            "etat": "Traité",
            "etat@code": "DONE",
            "note": "",
        }
    ]


def test_repeated_elements_become_lists(tmp_path: Path) -> None:
    """One, two or no piece: the path of its label is the same, and what lacks keeps its place."""
    piece = "<piece><libelle>{}</libelle></piece>"
    write(
        tmp_path,
        f"<Envoi><Dossier><pieces>{piece.format('CNI')}<piece><code>D</code></piece></pieces></Dossier>"
        f"<Dossier><pieces>{piece.format('CNI')}</pieces><tel>1</tel><tel>2</tel></Dossier></Envoi>",
    )

    assert values(tmp_path) == [
        {"pieces": {"piece": {"libelle": ["CNI", None], "code": [None, "D"]}}},
        {"pieces": {"piece": {"libelle": "CNI"}}, "tel": ["1", "2"]},
    ]


def test_a_nil_element_and_a_section_of_characters(tmp_path: Path) -> None:
    """`xsi:nil` is no text, and what stands in CDATA is text and nothing else."""
    write(
        tmp_path,
        '<Envoi xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Dossier><a xsi:nil="true"/>'
        "<b><![CDATA[<!DOCTYPE & co>]]></b>\n</Dossier></Envoi>",
    )

    assert values(tmp_path) == [{"a": None, "b": "<!DOCTYPE & co>"}]


def test_declared_columns_are_the_whole_record(tmp_path: Path) -> None:
    """A new element changes no record, and an absent one is nothing."""
    write(tmp_path, "<Envoi><Dossier><numero>1</numero><interne>secret</interne></Dossier></Envoi>")

    assert values(tmp_path, columns=["numero", "etat"]) == [{"numero": "1", "etat": None}]


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("UTF-8", "utf-8-sig"), ("utf-16", "utf-16"), ("ISO-8859-1", "iso-8859-1"), ("Windows-1252", "cp1252")],
)
def test_the_encoding_is_the_declared_one(tmp_path: Path, declared: str, codec: str) -> None:
    """Old software writes no UTF-8, and says so."""
    text = f"<?xml version='1.0' encoding='{declared}'?><Envoi><Dossier><nom>Zoé</nom></Dossier></Envoi>"
    write(tmp_path, text.encode(codec))

    assert values(tmp_path) == [{"nom": "Zoé"}]


HEAD = "<Envoi><Dossier><nom>Zoé</nom></Dossier>"
DECLARED = "<?xml version='1.0' encoding='{}'?>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f"{HEAD}<Dossier><nom>A", "source.file_truncated"),
        (HEAD, "source.file_truncated"),
        (f"{HEAD}<Dossier></Envoi>", "source.xml"),
        (f"{HEAD}<Dossier>&inconnue;</Dossier></Envoi>", "source.xml"),
        (f"{HEAD}</Envoi><Envoi/>", "source.xml"),
        ("NUM;NOM\n1;Zoé\n", "source.xml"),
        ("", "source.empty"),
        ("<Envoi></Envoi>", "source.empty"),
        (f"<!DOCTYPE Envoi>{HEAD}</Envoi>", "source.doctype"),
        (f"<!-- a > b --><?a ?><!doctype Envoi SYSTEM 'file:///etc/passwd'>{HEAD}</Envoi>", "source.doctype"),
        (f"{DECLARED.format('utf-16')}<!DOCTYPE Envoi>{HEAD}".encode("utf-16"), "source.doctype"),
        (DECLARED.format("utf-7") + "+ADw-Envoi/+AD4-", "source.encoding"),
        (f"{HEAD}</Envoi>".encode("cp1252"), "source.encoding"),
        (f"{DECLARED.format('iso-8859-1')}{HEAD}</Envoi>", "source.encoding"),
        (
            f"{DECLARED.format('iso-8859-1')}<Envoi><Dossier>œ</Dossier></Envoi>".encode("cp1252"),
            "source.encoding",
        ),
        (f"<Envoi><Dossier>{'<a>' * 17}{'</a>' * 17}</Dossier></Envoi>", "source.too_deep"),
        (f"<Envoi><Dossier>{'x' * 1_200_000}</Dossier></Envoi>", "source.record_too_large"),
        (f"<Envoi><Autre>{'<x/>' * 300_000}</Autre><Dossier/></Envoi>", "source.record_too_large"),
    ],
)
def test_an_unsound_file_is_refused_whole(tmp_path: Path, content: str | bytes, code: str) -> None:
    """Nothing of it is taken, its first good record included, and the error quotes none of it."""
    write(tmp_path, content)
    found: list[object] = []
    with pytest.raises(PermanentError) as caught:
        found.extend(reader(tmp_path).read(None))

    assert (caught.value.code, found) == (code, [])
    assert "EC_1.xml" in caught.value.explanation
    assert "Zo" not in caught.value.explanation


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("<Envoi><Nombre>3</Nombre><Dossier/><Dossier/></Envoi>", "Envoi/Nombre"),
        ("<Envoi><Dossier/><Dossier/><Nombre>3</Nombre></Envoi>", "Envoi/Nombre"),
        ('<Envoi nombre="3"><Dossier/><Dossier/></Envoi>', "Envoi/@nombre"),
    ],
)
def test_a_file_must_hold_as_many_records_as_it_announces(tmp_path: Path, content: str, count: str) -> None:
    """Both numbers are told; a file that announces none where one is expected is no better."""
    write(tmp_path, content)
    error = refusal(tmp_path, count=count)
    write(tmp_path, content.replace("3", "2"))

    assert error.code == "source.count"
    assert "announces 3 records, it holds 2" in error.explanation
    assert len(values(tmp_path, count=count)) == 2
    assert refusal(tmp_path, count="Envoi/Total").code == "source.count"


def test_a_large_file_is_resumed_in_its_middle(tmp_path: Path) -> None:
    """After a crash, reading goes on behind the last absorbed batch, with the same keys."""
    write(tmp_path, f"<Envoi>{''.join(f'<Dossier><n>{n}</n></Dossier>' for n in range(2500))}</Envoi>")

    whole, _ = read_all(reader(tmp_path))
    rest, _ = read_all(reader(tmp_path), whole[0].cursor)

    assert [len(d.records) for d in whole] == [1000, 1000, 500]
    assert [d.last_of_picture for d in whole] == [False, False, True]
    assert rest == whole[1:]


def test_a_file_of_changes_is_no_picture(tmp_path: Path) -> None:
    """What a delta does not name is unchanged, and one without any record is the news that nothing moved."""
    write(tmp_path, "<Envoi><Dossier><n>1</n></Dossier></Envoi>")
    (delivery,), cursor = read_all(reader(tmp_path, picture="delta"))
    write(tmp_path, "<Envoi/>", "EC_2.xml")
    (empty,), later = read_all(reader(tmp_path, picture="delta"), cursor)

    assert (delivery.picture, delivery.last_of_picture) == (None, False)
    assert (empty.records, empty.picture) == ((), None)
    assert read_all(reader(tmp_path, picture="delta"), later) == ([], later)


PEAKS = """
import sys
from bench.machine import peak_mib
from tests.adapters.sources.test_xml_drop import Path, reader
for name in ("EC_1.xml", "EC_2.xml"):
    source = reader(Path(sys.argv[1]), pattern=name)
    assert sum(len(delivery.records) for delivery in source.read(None))
    print(peak_mib())
"""


def test_memory_does_not_follow_the_size_of_the_file(tmp_path: Path) -> None:
    """A file of 24 megabytes takes what one of 2 took, what the parser keeps outside of Python included."""
    for place, many in ((1, 500), (2, 6_000)):
        record = f"<Dossier><nom>{'X' * 4_000}</nom></Dossier><Autre/>\n"
        write(tmp_path, f"<Envoi>{record * many}</Envoi>", f"EC_{place}.xml")
    asked = [sys.executable, "-c", PEAKS, str(tmp_path)]
    done = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    small, large = map(float, done.stdout.split())

    assert large - small < 12, (small, large)


@pytest.mark.parametrize(
    ("name", "born", "since"),
    [("actes", "1988-02-29", "2026-03-02 08:15"), ("recensement", "2010-02-01", "2026-03-01 23:00")],
)
def test_two_files_of_one_software_write_their_dates_differently(name: str, born: str, since: str) -> None:
    """ISO in one, day/month/year in the other: each example of the documentation reads its own."""
    mapped = mapped_record(example(name))

    assert mapped.status.phase == "action_required"
    assert mapped.status.since
    assert f"{mapped.status.since.at:%Y-%m-%d %H:%M}" == since
    assert mapped.person
    assert mapped.person.birth_date == born
    assert mapped.next_items[0] == "Justificatif de domicile"
    assert len(mapped.next_items) == 2


def test_a_date_read_by_the_other_file_s_rule_parks_the_record() -> None:
    """1 February must not become 2 January: what is no date of the declared format is told."""
    recensement = example("recensement")
    rules = replace(recensement.record, received=example("actes").record.received)
    wrong = replace(rules.received, path=("dateDepot",)) if rules.received else None

    with pytest.raises(RecordError) as caught:
        mapped_record(replace(recensement, record=replace(rules, received=wrong)))

    assert caught.value.code == "record.date"


def example(name: str) -> SourceMapping:
    """Give an example of the documentation."""
    return load_source(EXAMPLES / f"{name}.yaml", VOCABULARY)


def mapped_record(mapping: SourceMapping) -> MappedRecord:
    """Give the one record of the file that lies beside an example."""
    options = {key: value for key, value in mapping.transport.items() if key not in ON_A_SERVER}
    options |= {"directory": str(EXAMPLES), "marker": ""}
    (record,) = records_of(read_all(reader_of(options))[0])
    return map_record(mapping, record.values, record.position, today=date(2026, 3, 3))


@pytest.mark.parametrize(
    ("key", "value"), [("record", "Dossier"), ("record", "//Dossier"), ("count", "Nombre"), ("trailer", "x")]
)
def test_a_wrong_option_is_named(tmp_path: Path, key: str, value: str) -> None:
    """A path is names from the root, not a query."""
    with pytest.raises(ConfigurationError) as caught:
        reader(tmp_path, **{key: value})

    assert f"transport.{key}" in caught.value.explanation
