"""What the API tells of the town's procedures: reviewed data, of nobody in particular."""

from __future__ import annotations

from marshmallow import Schema, fields

from bridge.http.schemas import Text


class PeriodSchema(Schema):
    """A time the law gives: months, or days."""

    months = fields.Integer(required=True)
    days = fields.Integer(required=True)


class ProcedureSilence(Schema):
    """What it means when nobody answers, provided that the file is complete."""

    effect = fields.String(required=True, metadata={"description": "accepted or rejected."})
    period = fields.Nested(
        PeriodSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Null where the law gives several."},
    )
    starts = fields.String(
        required=True, metadata={"description": "What the period runs from: deposit, or complete."}
    )
    date = fields.String(
        required=True,
        metadata={
            "description": "source: only the service's own software may give the date of a request; "
            "computed: it is counted from the day of deposit."
        },
    )
    if_complete = fields.Boolean(required=True)
    suspension = fields.Nested(Text, required=True, allow_none=True)
    reference = fields.String(required=True, metadata={"description": "The law it rests on."})


class Review(Schema):
    """Who read the texts, in which quality, and when; a stale one is due to be read again."""

    by = fields.String(required=True)
    on = fields.Date(required=True)
    is_stale = fields.Boolean(required=True)


class ProcedureSheetSchema(Schema):
    """One procedure of the town."""

    code = fields.String(required=True)
    title = fields.Nested(Text, required=True)
    service = fields.Nested(Text, required=True)
    documents = fields.List(fields.Nested(Text), required=True)
    usual_delay = fields.Nested(
        Text, required=True, allow_none=True, metadata={"description": "Told, and promised to nobody."}
    )
    silence = fields.Nested(
        ProcedureSilence,
        required=True,
        allow_none=True,
        metadata={"description": "Null where no rule was reviewed: nothing is to be inferred."},
    )
    review = fields.Nested(Review, required=True)


class ProcedureList(Schema):
    """Every procedure, by code."""

    procedures = fields.List(fields.Nested(ProcedureSheetSchema), required=True)
