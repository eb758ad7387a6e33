"""What the status API takes and gives: these fields and no other; codes are open lists."""

from __future__ import annotations

from datetime import UTC, datetime

from marshmallow import Schema, ValidationError, fields, validate

from bridge.domain.status import Phase

PAGE_LIMIT = 100
# At either end of the calendar a zone leads out of what a database can hold.
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _storable(moment: datetime) -> None:
    if not _EARLIEST < moment < _LATEST:
        raise ValidationError("Out of range.")


class CaseQuery(Schema):
    """How a list is narrowed."""

    phase = fields.List(
        fields.String(validate=validate.OneOf([phase.value for phase in Phase])),
        load_default=list,
        metadata={"description": "Keep these phases; repeat the parameter for several."},
    )
    source = fields.List(
        fields.String(validate=validate.Regexp(r"[a-z0-9-]{1,40}\Z")),
        load_default=list,
        metadata={"description": "Keep the requests of these services; repeat the parameter for several."},
    )
    changed_since = fields.AwareDateTime(
        format="iso",
        load_default=None,
        validate=_storable,
        metadata={"description": "Keep what changed at or after this instant (RFC 3339, with its zone)."},
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=500),
        metadata={
            "description": "Where to go on: `next_cursor` of the page before. Opaque. A request that changes "
            "meanwhile moves to the front: ask again with `changed_since` the moment you began."
        },
    )
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, PAGE_LIMIT),
        metadata={"description": "How many at most."},
    )


class Text(Schema):
    """The same words in each language; French is always there."""

    fr = fields.String(required=True)
    en = fields.String()


class Procedure(Schema):
    """What was asked for."""

    code = fields.String(required=True)
    title = fields.String(required=True)


class ReferenceSchema(Schema):
    """A number on the citizen's letter."""

    value = fields.String(required=True)
    system = fields.String(required=True, metadata={"description": "Who gave the number."})
    shown_to_citizen = fields.Boolean(required=True)


class Legacy(Schema):
    """What the service's own software says."""

    system = fields.String(required=True)
    code = fields.String(required=True)
    label = fields.String(required=True)


class Status(Schema):
    """Where the request stands."""

    phase = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    tacit = fields.Boolean(
        required=True, metadata={"description": "True when the decision comes from silence."}
    )
    waiting_for = fields.String(required=True)
    is_final = fields.Boolean(required=True)
    since = fields.String(
        required=True, allow_none=True, metadata={"description": "A day, or an instant with its zone."}
    )
    label = fields.Nested(Text, required=True)
    text = fields.String(
        required=True,
        metadata={"description": "The sentence in the language asked for; see Content-Language."},
    )
    legacy = fields.Nested(Legacy, required=True)
    mapping_version = fields.String(required=True)


class Next(Schema):
    """What is expected of whom, and until when."""

    actor = fields.String(required=True)
    action = fields.String(required=True)
    items = fields.List(fields.String(), required=True)
    due_on = fields.Date(required=True, allow_none=True)


class Silence(Schema):
    """When the law decides if nobody answers, provided that the file is complete."""

    on = fields.Date(required=True)
    if_complete = fields.Boolean(
        required=True, metadata={"description": "Always true: say so wherever the date is shown."}
    )
    basis = fields.String(
        required=True,
        metadata={
            "description": "source: the service's own software gave the date; rule: computed from the "
            "reviewed rule of the procedure and the day it was received."
        },
    )
    effect = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "accepted or rejected; null where no rule was reviewed."},
    )
    reference = fields.String(
        required=True, allow_none=True, metadata={"description": "The law it rests on."}
    )


class Dates(Schema):
    """Dates of the request; a day has no hour."""

    received_on = fields.Date(required=True, allow_none=True)
    silence = fields.Nested(Silence, required=True, allow_none=True)
    no_longer_reported_at = fields.AwareDateTime(required=True, allow_none=True)


class ServiceContact(Schema):
    """Whom to call."""

    service = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)


class FreshnessSchema(Schema):
    """How old this answer is."""

    observed_at = fields.AwareDateTime(required=True)
    source_state = fields.String(
        required=True, metadata={"description": "ok, late, unavailable, or stopped for this request."}
    )
    next_refresh = fields.AwareDateTime(required=True, allow_none=True)


class Attachment(Schema):
    """Why this request is shown to this person."""

    at = fields.AwareDateTime(required=True)
    how = fields.String(
        required=True,
        metadata={
            "description": "person_keys: the request names this person; receipt: its number and secret were "
            "given; agent: an agent decided."
        },
    )


class Links(Schema):
    """Where to read on."""

    self = fields.String(required=True)
    timeline = fields.String(required=True)


class CaseResource(Schema):
    """One request of the citizen."""

    id = fields.String(required=True)
    domain = fields.String(required=True)
    procedure = fields.Nested(Procedure, required=True)
    references = fields.List(fields.Nested(ReferenceSchema), required=True)
    status = fields.Nested(Status, required=True)
    note = fields.String(
        required=True, allow_none=True, metadata={"description": "What the service writes to the citizen."}
    )
    next = fields.Nested(Next, required=True, allow_none=True)
    dates = fields.Nested(Dates, required=True)
    contact = fields.Nested(ServiceContact, required=True)
    freshness = fields.Nested(FreshnessSchema, required=True)
    attached = fields.Nested(Attachment, required=True, allow_none=True)
    version = fields.Integer(required=True)
    changed_at = fields.AwareDateTime(required=True)
    links = fields.Nested(Links, required=True)


class CasePage(Schema):
    """One page of the citizen's requests, the latest change first."""

    cases = fields.List(fields.Nested(CaseResource), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class Event(Schema):
    """One entry of the timeline."""

    id = fields.String(required=True)
    at = fields.String(required=True, metadata={"description": "A day, or an instant with its zone."})
    precision = fields.String(required=True)
    phase = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    waiting_for = fields.String(required=True)
    label = fields.Nested(Text, required=True)
    text = fields.String(required=True)
    legacy = fields.Nested(Legacy, required=True)
    note = fields.String(required=True, allow_none=True)
    moved_back = fields.Boolean(required=True)
    received_at = fields.AwareDateTime(required=True)


class Timeline(Schema):
    """The whole history of one request, oldest first."""

    case = fields.String(required=True)
    events = fields.List(fields.Nested(Event), required=True)


class LinkSchema(Schema):
    """Why these requests are shown to this person."""

    method = fields.String(required=True)
    linked_at = fields.AwareDateTime(required=True)


class Me(Schema):
    """Who is signed in, and how."""

    state = fields.String(
        required=True, metadata={"description": "linked, or under_review when an agent has to decide."}
    )
    link = fields.Nested(LinkSchema, required=True, allow_none=True)
    acr = fields.String(required=True)
    signed_in_at = fields.AwareDateTime(required=True)


class Problem(Schema):
    """A refusal (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "Stable; decide on this one."})
    correlation_id = fields.String(required=True)
    errors = fields.Dict(metadata={"description": "The parameters at fault, by place and name."})
