"""What a REST service is sent: who calls, from where, and what an answer may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.adapters.sources import build_reader
from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError, RemoteError, TransientError
from bridge.usecases.ports import Acknowledging
from tests.adapters.sources.wire import read_all, reader_of, records_of, serving_app
from tests.fakes.clock import FakeClock

Answer = Callable[[], Any]


def options(url: str, **others: object) -> dict[str, object]:
    """Give a list without pages."""
    return {"kind": "rest", "url": url, "list": {"path": "items", "records": "items"}} | others


def oauth2(url: str) -> dict[str, object]:
    """Give client credentials with the token's address on the same service."""
    return {"kind": "oauth2", "token_url": f"{url}/token", "client_id": "i", "client_secret": "s"}


def fails(answer: Answer, kind: type[RemoteError] = PermanentError, **others: object) -> RemoteError:
    """Give the error that a service with this answer causes."""
    app = Flask(__name__)
    app.get("/items")(answer)
    with serving_app(app) as url, pytest.raises(kind) as caught:
        read_all(reader_of(options(url, **others)))
    return caught.value


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        ({"kind": "bearer", "token": "abc"}, "Authorization", "Bearer abc"),
        ({"kind": "basic", "user": "é", "password": "p:w"}, "Authorization", "Basic w6k6cDp3"),
        ({"kind": "key", "name": "X-API-Key", "value": "abc"}, "X-API-Key", "abc"),
    ],
)
def test_a_call_shows_who_makes_it(auth: dict[str, object], name: str, value: str) -> None:
    """Each way has its header, beside the fixed ones."""
    seen: list[Any] = []
    app = Flask(__name__)

    @app.get("/items")
    def items() -> AnyResponse:
        seen.append(request.headers)
        return jsonify(items=[])

    with serving_app(app) as url:
        read_all(reader_of(options(url, auth=auth, headers={"Id-Acteur-Appelant": "A-1"})))
    assert (seen[0][name], seen[0]["Id-Acteur-Appelant"]) == (value, "A-1")


@pytest.mark.parametrize("secret_in", ["header", "body"])
def test_a_token_is_fetched_once_and_again_when_it_ends(secret_in: str) -> None:
    """The same token serves until shortly before its end; the secret goes to the token's address alone."""
    asked: list[tuple[Any, Any]] = []
    used: list[str] = []
    app = Flask(__name__)

    @app.post("/token")
    def token() -> AnyResponse:
        asked.append((request.form.get("client_secret"), request.authorization))
        return jsonify(access_token=f"t{len(asked)}", expires_in=300)

    @app.get("/items")
    def items() -> AnyResponse:
        used.append(request.headers["Authorization"])
        return jsonify(items=[])

    with serving_app(app) as url:
        auth = {
            "kind": "oauth2",
            "token_url": f"{url}/token",
            "client_id": "i",
            "client_secret": "s",
            "scope": "SI",
        }
        clock = FakeClock()
        reader = build_reader(
            "essai", options(url, auth=auth | {"secret_in": secret_in}), timezone="Europe/Paris", clock=clock
        )
        for step in (0, 200, 100):
            clock.move(timedelta(seconds=step))
            read_all(reader)
    assert used == ["Bearer t1", "Bearer t1", "Bearer t2"]
    in_body, in_header = asked[0]
    assert (in_body, in_header is None) == (("s", True) if secret_in == "body" else (None, False))


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (lambda: Response(status=401), PermanentError, "source.token"),
        (lambda: Response(status=500), TransientError, "remote.500"),
        (lambda: jsonify(token="x"), PermanentError, "source.token"),
    ],
)
def test_a_token_that_does_not_come_is_told(answer: Answer, kind: type[RemoteError], code: str) -> None:
    """A wrong secret is for a person, an ill gateway is tried again."""
    app = Flask(__name__)
    app.post("/token")(answer)
    with serving_app(app) as url:
        reader = reader_of(options(url, auth=oauth2(url)))
        with pytest.raises(kind) as caught:
            read_all(reader)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (lambda: jsonify(other=[]), PermanentError, "source.shape"),
        (lambda: jsonify(items={"a": 1}), PermanentError, "source.shape"),
        (lambda: jsonify(items=["text"]), PermanentError, "source.shape"),
        (lambda: Response(status=404), PermanentError, "source.not_found"),
        (lambda: Response("<html>"), TransientError, "remote.unreadable"),
        (lambda: Response("[" * 200 + "]" * 200), PermanentError, "source.too_deep"),
        (
            lambda: Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
            PermanentError,
            "remote.redirected",
        ),
    ],
)
def test_what_is_no_list_is_no_empty_list(answer: Answer, kind: type[RemoteError], code: str) -> None:
    """Each has its code, and nothing is believed gone."""
    assert fails(answer, kind).code == code


def test_an_answer_has_a_size_of_the_source_s_own() -> None:
    """What is larger than declared is not read to its end."""
    error = fails(lambda: Response(b" " * 1_200_000 + b"{}"), max_megabytes=1)
    assert error.code == "remote.too_large"


@pytest.mark.parametrize(
    ("said", "kind"),
    [(1, TransientError), (2, PermanentError), ("LEFEVRE Zoé né en 1988 à Paris 14e !", PermanentError)],
)
def test_an_error_in_the_envelope_is_told_without_its_text(said: object, kind: type[RemoteError]) -> None:
    """Words declared as passing are tried again; the service's own sentence never reaches a log."""
    errors = {"path": "err", "good": [0], "passing": [1]}
    error = fails(lambda: jsonify(err=said, err_desc="LEFEVRE", items=[]), kind, errors=errors)
    assert error.code == "source.refused"
    assert "LEFEVRE" not in error.explanation


def test_links_are_followed_in_the_body_and_in_the_header() -> None:
    """Relative or whole, under the same origin, until there is none."""
    app = Flask(__name__)

    @app.get("/items")
    def items() -> AnyResponse:
        number = int(request.args.get("p", "1"))
        following = {1: "/items?p=2", 2: "?p=3"}.get(number)
        answer = jsonify(items=[{"id": number}], links={"next": following})
        if following:
            answer.headers["Link"] = f'<{request.host_url}items?p={number + 1}>; rel="next", </x>; rel="last"'
        return answer

    with serving_app(app) as url:
        for paging in ({"kind": "next", "link": "links.next"}, {"kind": "next"}):
            listed = {"path": "items", "records": "items", "paging": paging}
            found = records_of(read_all(reader_of(options(url, list=listed)))[0])
            assert [record.values["id"] for record in found] == [1, 2, 3]


def test_a_cursor_of_the_answer_is_kept_and_never_replaced_by_none() -> None:
    """The last page has none: the next run begins behind the last one that had."""
    asked: list[str] = []
    app = Flask(__name__)

    @app.post("/items")
    def items() -> AnyResponse:
        after = (request.get_json() or {}).get("after", "")
        asked.append(after)
        following = {"": "a", "a": "b"}.get(after)
        return jsonify(items=[{"id": after or "0"}] if after != "b" else [], meta={"next": following})

    paging = {"kind": "cursor", "param": "after", "answer_value": "meta.next", "in": "body"}
    listed = {"path": "items", "method": "POST", "body": {}, "records": "items", "paging": paging}
    with serving_app(app) as url:
        _, cursor = read_all(reader_of(options(url, list=listed)))
        _, later = read_all(reader_of(options(url, list=listed)), cursor)
    assert asked == ["", "a", "b", "b"]
    assert later == cursor == '{"at":{"after":"b"}}'


def test_an_acknowledgement_of_what_is_gone_is_done() -> None:
    """404 means that it was acknowledged before; any other refusal is told."""
    app = Flask(__name__)
    app.get("/items")(lambda: jsonify(items=[{"id": "1"}]))
    app.delete("/items/<number>", endpoint="d")(lambda number: Response(status=404 if number == "1" else 403))
    with serving_app(app) as url:
        reader = reader_of(options(url, acknowledge=[{"method": "DELETE", "path": "items/{id}"}]))
        assert isinstance(reader, Acknowledging)
        reader.acknowledge(read_all(reader)[0][0])
        with pytest.raises(PermanentError) as caught:
            reader.acknowledge(Delivery("k", (), None, to_acknowledge=({"id": "2"},)))
    assert caught.value.code == "remote.403"


def test_a_list_that_answers_204_is_empty() -> None:
    """Some services say "nothing" without a body."""
    app = Flask(__name__)
    app.get("/items")(lambda: Response(status=204))
    with serving_app(app) as url:
        assert read_all(reader_of(options(url)))[0] == []
