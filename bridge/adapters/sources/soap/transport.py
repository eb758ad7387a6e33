"""What zeep asks the network through: our bounded session, no redirect, no document but the pinned one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests
from lxml import etree

from bridge.adapters.outbound import require_success, translated
from bridge.adapters.sources.http_json import JsonClient
from bridge.adapters.sources.rest.auth import Authorization
from bridge.errors import PermanentError, TransientError

_SAID = frozenset({200, 500})
"""Statuses under which SOAP 1.1 answers with a message: a result, or a fault."""


@dataclass(slots=True)
class SoapTransport:
    """The part of zeep's `Transport` that is used; `folder` holds the schemas the WSDL may name."""

    client: JsonClient
    auth: Authorization
    wsse: object | None
    fixed: Mapping[str, str] = field(repr=False)
    folder: Path | None = None

    def load(self, place: str) -> bytes:
        """Give a document beside the WSDL, never one of the network. Raises: PermanentError."""
        if self.folder is None or urlsplit(place).scheme in {"http", "https", "ftp"}:
            raise self._permanent("source.wsdl", "its WSDL names another document, which is not loaded")
        path = Path(place.removeprefix("file://")).resolve()
        if self.folder not in path.parents or not path.is_file():
            raise self._permanent("source.wsdl", "its WSDL names a document outside its own folder")
        return path.read_bytes()

    def fetched(self, address: str) -> bytes:
        """Give the WSDL of a service, whose checksum is still to be compared."""
        self.client.pacer.wait()
        with translated(self.client.source):
            response = self.client.session.get(address, allow_redirects=False)
        return require_success(response, self.client.source, now=self.client.clock.now()).content

    def post_xml(
        self, address: str, envelope: etree._Element, headers: Mapping[str, str]
    ) -> requests.Response:
        """Send a message; give the answer when it is one of SOAP. Raises: TransientError, PermanentError."""
        message = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        response = self._sent(address, message, headers)
        if response.status_code == 401 and self.auth.renew():
            response = self._sent(address, message, headers)
        if response.status_code not in _SAID or not response.content:
            require_success(response, self.client.source, now=self.client.clock.now())
        if b"<!DOCTYPE" in response.content:
            raise self._permanent("source.doctype", "the answer has a DOCTYPE")
        if b"Envelope" not in response.content:
            require_success(response, self.client.source, now=self.client.clock.now())
            raise TransientError(
                f"{self.client.source}: the answer is no SOAP message",
                system=self.client.source,
                code="remote.unreadable",
            )
        return response

    @contextmanager
    def settings(self, timeout: float | None = None) -> Iterator[None]:
        """Nothing to overrule: the limits are the session's."""
        del timeout
        yield

    def _sent(self, address: str, message: bytes, headers: Mapping[str, str]) -> requests.Response:
        every = {**headers, **self.fixed, **self.auth.headers()}
        self.client.pacer.wait()
        with translated(self.client.source):
            return self.client.session.post(address, data=message, headers=every, allow_redirects=False)

    def _permanent(self, code: str, problem: str) -> PermanentError:
        return PermanentError(f"{self.client.source}: {problem}", system=self.client.source, code=code)
