"""The refusals of the org, each with the status, code and text a client meets on the real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class SalesforceError(Exception):
    """One refusal: HTTP status, `errorCode`, message, and the fields it is about when the org names them."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        fields: Sequence[str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.fields = None if fields is None else list(fields)
        self.extra = dict(extra or {})

    def as_error(self) -> dict[str, object]:
        """The element of a top-level error array: `{message, errorCode[, fields]}`."""
        body: dict[str, object] = {**self.extra, "message": self.message, "errorCode": self.code}
        if self.fields is not None:
            body["fields"] = self.fields
        return body

    def as_record_error(self) -> dict[str, object]:
        """The element of a per-record `errors` list, where the code is called `statusCode`."""
        return {**self.extra, "statusCode": self.code, "message": self.message, "fields": self.fields or []}


def not_found(message: str = "The requested resource does not exist") -> SalesforceError:
    """The 404 for a path, record or object that is not there."""
    return SalesforceError("NOT_FOUND", message, status=404)


def entity_is_deleted() -> SalesforceError:
    """The 404 for a record that sits in the bin."""
    return SalesforceError("ENTITY_IS_DELETED", "entity is deleted", status=404, fields=[])


def no_such_column(field: str, sobject: str) -> SalesforceError:
    """The refusal of a write that names an unknown field."""
    return SalesforceError("INVALID_FIELD", f"No such column '{field}' on sobject of type {sobject}")


def external_id_unknown(field: str) -> SalesforceError:
    """The 404 for a path whose field is no upsert key."""
    return not_found(f"Provided external ID field does not exist or is not accessible: {field}")


def malformed_json(message: str) -> SalesforceError:
    """The refusal of a body that is not the JSON the resource reads."""
    return SalesforceError("JSON_PARSER_ERROR", message)


def rolled_back() -> SalesforceError:
    """What innocent records of an all-or-none call are told."""
    return SalesforceError(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
        fields=[],
    )
