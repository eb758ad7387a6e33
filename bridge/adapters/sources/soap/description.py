"""The pinned WSDL of a service: loaded once, from a file of this machine or under a checksum."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zeep
from lxml import etree
from zeep.exceptions import Error as ZeepError

from bridge.adapters.sources.options import Options
from bridge.adapters.sources.rest.calls import Call
from bridge.adapters.sources.soap.transport import SoapTransport
from bridge.errors import PermanentError, RemoteError

_NETWORK = ("http://", "https://")


class WsdlError(ValueError):
    """The WSDL cannot serve: the text says why."""


@dataclass(slots=True)
class Description:
    """Where the WSDL is, and which port of it is called."""

    place: str
    sha256: str | None
    service: str | None
    port: str | None
    transport: SoapTransport
    _called: Any = field(default=None, repr=False)

    def check(self, options: Options, calls: Mapping[str, Call]) -> None:
        """Compare calls with a WSDL of this machine; another one is compared when it is first used.

        Raises: ConfigurationError naming the key and what the WSDL has.
        """
        if self.place.startswith(_NETWORK):
            return
        try:
            known = {name: _arguments(operation) for name, operation in self._binding()[1].items()}
        except (WsdlError, RemoteError) as error:
            raise options.refusal("wsdl", str(error)) from None
        for where, call in calls.items():
            if call.path not in known:
                problem = f"is not in the WSDL, which has {', '.join(sorted(known))}"
                raise options.refusal(f"{where}.operation", problem)
            for name in call.body or {}:
                if name not in known[call.path]:
                    has = ", ".join(known[call.path]) or "none"
                    raise options.refusal(f"{where}.arguments.{name}", f"is no argument; it has: {has}")

    def operation(self, name: str, address: str) -> Any:
        """Give what calls an operation at an address. Raises: TransientError, PermanentError."""
        source = self.transport.client.source
        try:
            if self._called is None:
                client, _, binding = self._opened()
                self._called = client.create_service(binding, address)
            return self._called[name]
        except WsdlError as error:
            raise PermanentError(f"{source}: its WSDL {error}", system=source, code="source.wsdl") from None
        except AttributeError:
            problem = f"{source}: its WSDL has no operation {name}"
            raise PermanentError(problem, system=source, code="source.wsdl") from None

    def _binding(self) -> tuple[Any, dict[str, Any]]:
        client, port, _ = self._opened()
        return client, dict(port.binding.all())

    def _opened(self) -> tuple[Any, Any, str]:
        settings = zeep.Settings(
            strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False
        )
        try:
            client = zeep.Client(  # type: ignore[no-untyped-call]
                self._document(), transport=self.transport, settings=settings, wsse=self.transport.wsse
            )
        except (ZeepError, etree.LxmlError, ValueError, KeyError, TypeError) as error:
            if isinstance(error, WsdlError):
                raise
            raise WsdlError(f"cannot be read ({type(error).__qualname__})") from None
        service = _one(client.wsdl.services, self.service, "service")
        port = _one(service.ports, self.port, "port")
        return client, port, port.binding.name.text

    def _document(self) -> object:
        network = self.place.startswith(_NETWORK)
        content = self.transport.fetched(self.place) if network else self._read()
        if self.sha256 and hashlib.sha256(content).hexdigest() != self.sha256:
            raise WsdlError("is not the one whose checksum is written: somebody must look at what changed")
        return io.BytesIO(content) if network else str(Path(self.place).resolve())

    def _read(self) -> bytes:
        path = Path(self.place).resolve()
        self.transport.folder = path.parent
        try:
            return path.read_bytes()
        except OSError:
            raise WsdlError("must be a file that can be read") from None


def _one(found: Mapping[str, Any], wanted: str | None, what: str) -> Any:
    if wanted is not None and wanted not in found:
        raise WsdlError(f"has no {what} {wanted}; it has {', '.join(sorted(found))}")
    if wanted is None and len(found) != 1:
        raise WsdlError(f"has several of them: say which {what}; it has {', '.join(sorted(found))}")
    return found[wanted] if wanted is not None else next(iter(found.values()))


def _arguments(operation: Any) -> list[str]:
    body = operation.input.body
    return [name for name, _ in body.type.elements] if body is not None else []
