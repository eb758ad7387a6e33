"""ATAL over SOAP by a YAML file alone: zeep behind our own limits."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.adapters.store.store import SqlStore
from bridge.errors import ConfigurationError, PermanentError, RemoteError, TransientError
from tests.adapters.sources.declared import Desk
from tests.adapters.sources.wire import read_all, reader_of, serving_app
from tests.sandbox.town.live import LiveTown

FAULT = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    "<faultcode>s:{}</faultcode><faultstring>LEFEVRE Zoé</faultstring></s:Fault></s:Body></s:Envelope>"
)


@pytest.fixture
def desk(town: LiveTown, sqlite_store: SqlStore) -> Desk:
    """Give the technical services on an early day."""
    assert town.post("/sandbox/reset", day="2015-06-01").ok
    return Desk("atal", town.ready, sqlite_store)


def options(town: LiveTown, **others: object) -> dict[str, object]:
    """Give options that list every request."""
    return {
        "kind": "soap",
        "wsdl": town.ready["atal_wsdl"],
        "url": town.ready["atal_url"],
        "auth": {"kind": "basic", "user": town.ready["atal_user"], "password": town.ready["atal_password"]},
        "list": {"operation": "listeDemandes", "records": "", "paging": {"kind": "none"}},
        "each": {
            "operation": "retrieveDetailsDemande",
            "arguments": {"codeDemande": "{codeDemande}"},
            "number": "codeDemande",
        },
    } | others


def fails(town: LiveTown, answer: Any, kind: type[RemoteError] = PermanentError) -> RemoteError:
    """Give the error that a service with this answer causes."""
    app = Flask(__name__)
    app.post("/s")(answer)
    with serving_app(app) as url, pytest.raises(kind) as caught:
        read_all(reader_of(options(town, url=f"{url}/s")))
    return caught.value


def test_every_request_becomes_a_case_with_its_wording(town: LiveTown, desk: Desk) -> None:
    """The list gives the numbers, each is asked for, and the label is the status."""
    summary = desk.sync()
    assert (summary.error_code, summary.parked) == (None, 0)
    assert desk.stored() == {number: label.lower() for number, label in town.truth("atal").items()}


def test_a_later_run_reads_what_moved_and_what_is_open(town: LiveTown, desk: Desk) -> None:
    """A request that left the window of the list is asked for as long as it is open."""
    desk.sync()
    town.live("2015-07-01")
    assert desk.sync().error_code is None
    assert desk.stored() == {number: label.lower() for number, label in town.truth("atal").items()}


def test_an_internal_comment_stays_where_it_is(desk: Desk) -> None:
    """Comments for the recipient are the only ones kept."""
    deliveries, _ = read_all(desk.reader())
    assert "INTERNE" not in repr(deliveries)
    assert "L’intervention est faite." in repr(deliveries)


def test_a_fault_that_means_unknown_gives_the_missing_record(town: LiveTown, desk: Desk) -> None:
    """HTTP 500 with a declared exception is no error of the service."""
    desk.sync()
    assert town.post("/sandbox/reset", day="2015-02-01").ok
    assert desk.sync().error_code is None
    assert "inconnue" in desk.stored().values()


def test_a_fault_of_the_server_is_tried_again(town: LiveTown, desk: Desk) -> None:
    """Three in a row are told; two pass."""
    town.post("/sandbox/faults", atal_fault=2)
    assert desk.sync().error_code is None
    town.post("/sandbox/faults", atal_fault=3)
    assert desk.sync().error_code == "source.fault"


def test_a_fault_names_nobody_and_blames_the_right_side(town: LiveTown) -> None:
    """The text of a fault is the service's own, and may hold a name."""
    for code, kind in (("Client", PermanentError), ("Server", TransientError)):
        said = FAULT.format(code)
        error = fails(town, lambda said=said: Response(said, 500, content_type="text/xml"), kind)
        assert error.code == "source.fault"
        assert "LEFEVRE" not in error.explanation


def test_a_doctype_is_refused_before_it_is_read(town: LiveTown, desk: Desk) -> None:
    """No entity, inner or outer, is ever looked at."""
    town.post("/sandbox/faults", atal_doctype=True)
    assert desk.sync().error_code == "source.doctype"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (lambda: redirect("http://127.0.0.1:1/elsewhere", 307), PermanentError, "remote.redirected"),
        (lambda: Response("<html>maintenance</html>", 500), TransientError, "remote.500"),
        (lambda: Response("<html>maintenance</html>"), TransientError, "remote.unreadable"),
        (lambda: Response(status=503, headers={"Retry-After": "60"}), TransientError, "remote.503"),
        (lambda: Response("<e:Envelope xmlns:e='x'><a/></e:Envelope>"), PermanentError, "source.shape"),
        (lambda: Response(b"<Envelope>" + b" " * 40_000_000), PermanentError, "remote.too_large"),
    ],
)
def test_what_is_no_soap_answer_is_told(
    town: LiveTown, answer: Any, kind: type[RemoteError], code: str
) -> None:
    """Each has its code; none is an empty list."""
    assert fails(town, answer, kind).code == code


def test_a_wrong_password_is_for_a_person(town: LiveTown) -> None:
    """401 is not tried again."""
    wrong = options(town, auth={"kind": "basic", "user": "x", "password": "y"})
    waits: list[float] = []
    with pytest.raises(PermanentError) as caught:
        read_all(reader_of(wrong, waits=waits))
    assert (caught.value.code, waits) == ("remote.401", [])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"wsdl": "nowhere.wsdl"}, ("transport.wsdl", "file")),
        ({"wsdl": "https://atal.example/s?wsdl"}, ("transport.wsdl_sha256",)),
        ({"wsdl_sha256": "0" * 64}, ("transport.wsdl", "checksum")),
        ({"service": "Autre"}, ("transport.wsdl", "DemandeService")),
        ({"port": "Autre"}, ("transport.wsdl", "DemandePort")),
        ({"list": {"operation": "autre"}}, ("list.operation", "listeDemandes")),
        (
            {"list": {"operation": "listeDemandes", "arguments": {"depuis": "2015-01-01"}}},
            ("list.arguments.depuis", "modifieesDepuis"),
        ),
        ({"list": {"path": "x", "operation": "listeDemandes"}}, ("list.path", "operation, arguments")),
        ({"list": {"operation": "listeDemandes", "paging": {"kind": "next"}}}, ("list.paging.kind",)),
        ({"auth": {"kind": "signed"}}, ("auth.kind", "wsse")),
    ],
)
def test_a_wrong_option_is_named_at_the_start(
    town: LiveTown, changes: dict[str, object], named: tuple[str, ...]
) -> None:
    """Operations and arguments are compared with the WSDL before anything is called."""
    with pytest.raises(ConfigurationError) as caught:
        reader_of(options(town, **changes))
    assert all(part in caught.value.explanation for part in ("source essai", *named))


def test_a_wsdl_of_the_network_is_taken_under_its_checksum_alone(town: LiveTown) -> None:
    """One that changed is for a person, and is not used."""
    pinned = hashlib.sha256(Path(town.ready["atal_wsdl"]).read_bytes()).hexdigest()
    given = options(town, wsdl=f"{town.ready['atal_url']}?wsdl", wsdl_sha256=pinned)
    assert read_all(reader_of(given))[0]
    with pytest.raises(PermanentError) as caught:
        read_all(reader_of(given | {"wsdl_sha256": "0" * 64}))
    assert caught.value.code == "source.wsdl"


def test_a_wsdl_names_no_document_of_the_network(town: LiveTown, tmp_path: Path) -> None:
    """An import is read beside the WSDL or not at all."""
    text = Path(town.ready["atal_wsdl"]).read_text(encoding="utf-8")
    for place in ("http://127.0.0.1:1/x.xsd", "/etc/hostname"):
        spoiled = text.replace(
            "<wsdl:types>", f'<wsdl:import namespace="urn:x" location="{place}"/><wsdl:types>', 1
        )
        path = tmp_path / "spoiled.wsdl"
        path.write_text(spoiled, encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught:
            reader_of(options(town, wsdl=str(path)))
        assert "transport.wsdl" in caught.value.explanation


def test_a_token_of_ws_security_is_in_the_message(town: LiveTown) -> None:
    """Some services want the user inside the envelope."""
    seen: list[bytes] = []
    app = Flask(__name__)

    @app.post("/s")
    def answer() -> AnyResponse:
        seen.append(request.get_data())
        return Response(FAULT.format("Client"), 500, content_type="text/xml")

    auth = {"kind": "wsse", "user": "ville", "password": "mot-de-passe"}
    with serving_app(app) as url, pytest.raises(PermanentError):
        read_all(reader_of(options(town, url=f"{url}/s", auth=auth)))
    assert b"UsernameToken" in seen[0]
    assert b"mot-de-passe" in seen[0]


def test_a_town_without_soap_does_not_load_zeep() -> None:
    """It takes time and memory in every process."""
    program = "import bridge.adapters.sources, sys; sys.exit('zeep' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
