"""The document machines read, and the page made from it."""

from __future__ import annotations

from html import unescape

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bridge.http import procedure_schemas, schemas
from tests.http.answers import PROBLEM, body_of
from tests.http.document import Document
from tests.http.site import COOKIE, Browser, Site


@pytest.fixture
def browser(site: Site) -> Browser:
    """Give a browser that is not signed in: the document is open to everyone."""
    return site.visitor()


@pytest.fixture
def document(browser: Browser) -> Document:
    """Give the document as served."""
    assert browser.document
    return browser.document


def test_the_document_is_valid_openapi(document: Document) -> None:
    """3.1, and without an error."""
    assert document.content["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document.content).validate()


def test_the_document_names_every_route_of_the_api(site: Site, document: Document) -> None:
    """Nothing is served below /api/v1 that is not described, and nothing described that is not served."""
    served = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api-docs.openapi_json"
    }
    assert set(document.operations) == served


def test_every_refusal_is_documented_as_a_problem(document: Document) -> None:
    """A client that reads the document knows the shape it will meet, the unforeseen included."""
    for path, operation in document.operations.items():
        opened = {"401"} if operation.get("security") != [] else set()
        assert {"200", "304", "default"} | opened <= set(operation["responses"]), path
        for status, described in operation["responses"].items():
            if status not in {"200", "304"}:
                schema = document.resolved(described)["content"][PROBLEM]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, status)


def test_the_document_says_what_opens_the_routes(document: Document) -> None:
    """The session's cookie, by its real name, or an access token of our own provider."""
    schemes = document.content["components"]["securitySchemes"]
    assert schemes == {
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        "openid": {"type": "openIdConnect", "openIdConnectUrl": "/.well-known/openid-configuration"},
    }
    assert document.content["security"] == [{"session": []}, {"openid": ["cases:read"]}]


def test_the_document_holds_our_schemas_and_no_library_s_own(document: Document) -> None:
    """What is listed is what is used."""
    known = {name.removesuffix("Schema") for name in (*vars(schemas), *vars(procedure_schemas))}
    assert set(document.content["components"]["schemas"]) <= known


def test_the_page_lists_each_operation_in_both_languages(browser: Browser, document: Document) -> None:
    """A person reads what a machine reads: operations, parameters, fields."""
    for language in ("fr", "en"):
        page = unescape(browser.get("/api/docs", headers={"Accept-Language": language}).text)
        for path, operation in document.operations.items():
            assert f"<code>GET {path}</code>" in page
            assert operation["summary"] in page
            for parameter in operation.get("parameters", []):
                assert f"<code>{parameter['name']}</code>" in page
        for name, schema in document.content["components"]["schemas"].items():
            assert f'id="{name}"' in page
            assert all(f"<code>{field}</code>" in page for field in schema["properties"])


def test_the_document_is_the_same_for_everybody(site: Site, browser: Browser) -> None:
    """It holds nothing of the person who asks."""
    path = "/api/v1/openapi.json"
    assert body_of(site.citizen(1).get(path)) == body_of(browser.get(path))
