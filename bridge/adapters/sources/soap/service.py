"""A SOAP service behind the `Service` that lists and single records are read through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from lxml import etree
from zeep.exceptions import DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden, Fault
from zeep.exceptions import Error as ZeepError
from zeep.helpers import serialize_object

from bridge.adapters.sources.http_json import JsonClient, Reply
from bridge.adapters.sources.rest.calls import NOTHING, Call
from bridge.adapters.sources.rest.paths import MissingValueError, filled
from bridge.adapters.sources.soap.description import Description
from bridge.errors import PermanentError, RemoteError, TransientError

_DEEPEST = 32
_FORBIDDEN = (DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden)


@dataclass(frozen=True, slots=True)
class SoapService:
    """Operations of one port; a fault of `missing_faults` says that there is no such record."""

    client: JsonClient
    description: Description
    missing_faults: frozenset[str]

    @property
    def source(self) -> str:
        """The name of the source."""
        return self.client.source

    def ask(
        self, call: Call, values: Mapping[str, object] = NOTHING, turn: Mapping[str, object] = NOTHING
    ) -> Reply | None:
        """Give the answer of an operation, None after a fault that says there is no such record."""
        arguments = self._filled(call, values, turn)
        return self.client.again(lambda: self._once(call.path, arguments))

    def follow(self, _link: str) -> Reply:
        """SOAP answers have no links."""
        raise self._permanent("source.shape", "a SOAP answer has no link to follow")

    def tell(self, call: Call, values: Mapping[str, object]) -> None:
        """Call an operation that is safe to repeat."""
        self.ask(call, values)

    def _once(self, name: str, arguments: Mapping[str, object]) -> Reply | None:
        operation = self.description.operation(name, self.client.url)
        try:
            answered = operation(**arguments)
        except Fault as fault:
            if self.missing_faults & _names(fault):
                return None
            raise self._told(fault) from None
        except _FORBIDDEN:
            raise self._permanent("source.doctype", "the answer has a DOCTYPE or an entity") from None
        except (ZeepError, etree.LxmlError, TypeError, ValueError) as error:
            problem = f"call or answer do not fit the WSDL ({type(error).__qualname__})"
            raise self._permanent("source.shape", problem) from None
        plain = serialize_object(answered, dict)  # type: ignore[no-untyped-call]
        return Reply(200, {}, self._plain(plain), self.client.url)

    def _told(self, fault: Fault) -> RemoteError:
        """The text of a fault may name a person: only the side it blames is told."""
        blames_us = _local(fault.code) in {"Client", "Sender"}
        problem = f"{self.source}: the service answers a fault"
        kind = PermanentError if blames_us else TransientError
        return kind(problem, system=self.source, code="source.fault")

    def _filled(
        self, call: Call, values: Mapping[str, object], turn: Mapping[str, object]
    ) -> Mapping[str, object]:
        try:
            found = filled({**(call.body or {}), **turn}, values)
        except MissingValueError as missing:
            raise self._permanent("source.shape", f"a record of the list has no {missing.place}") from None
        assert isinstance(found, Mapping)
        return found

    def _plain(self, value: Any, depth: int = 0) -> object:
        """Give the value as JSON would have it; attachments and free XML are left out."""
        if depth > _DEEPEST:
            raise self._permanent("source.too_deep", f"the answer is nested more than {_DEEPEST} times")
        if isinstance(value, Mapping):
            return {str(name): self._plain(item, depth + 1) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(item, depth + 1) for item in value]
        if isinstance(value, datetime | date | time):
            return value.isoformat()
        if isinstance(value, Decimal):
            return str(value)
        return value if isinstance(value, str | int | float | bool) or value is None else None

    def _permanent(self, code: str, problem: str) -> PermanentError:
        return PermanentError(f"{self.source}: {problem}", system=self.source, code=code)


def _names(fault: Fault) -> set[str]:
    detail = fault.detail if isinstance(fault.detail, etree._Element) else None  # noqa: SLF001 - lxml's only name
    inner = [etree.QName(item).localname for item in detail] if detail is not None else []
    return {_local(fault.code), *inner}


def _local(code: str | None) -> str:
    return (code or "").rpartition(":")[2]
