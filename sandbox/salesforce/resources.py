"""The doors of the data API: versions, resources of a version, limits, describe."""

from __future__ import annotations

from email.utils import format_datetime

from flask import Blueprint, Response, request

from sandbox.salesforce.errors import not_found
from sandbox.salesforce.org import current_org
from sandbox.salesforce.replies import empty_reply, json_reply
from sandbox.salesforce.schema.describe import describe, describe_global, summary
from sandbox.salesforce.schema.model import SObject
from sandbox.salesforce.versions import api_version, data_route, version_list

resources = Blueprint("resources", __name__)
_NAMES = ("sobjects", "query", "queryAll", "composite", "jobs", "limits")


@resources.get("/services/data")
@resources.get("/services/data/")
def versions() -> Response:
    """Every version, without a token."""
    return json_reply(version_list())


@data_route(resources, "")
def version_resources() -> Response:
    """The paths below a version, and who is asking."""
    paths: dict[str, str] = {name: f"/services/data/v{api_version()}.0/{name}" for name in _NAMES}
    return json_reply({**paths, "identity": current_org().identity_url})


@data_route(resources, "/limits")
def limits() -> Response:
    """What is left of each allowance."""
    return json_reply(current_org().limits.resource())


@data_route(resources, "/sobjects")
def objects() -> Response:
    """All objects."""
    return json_reply(describe_global(current_org().schema, api_version()))


@data_route(resources, "/sobjects/<name>/describe")
def object_describe(name: str) -> Response:
    """One object in full; 304 for who read it since the org started."""
    org = current_org()
    started = org.started_at.replace(microsecond=0)
    since = request.if_modified_since
    if since and since >= started:
        return empty_reply(304)
    reply = json_reply(describe(known_object(name), org.schema, api_version()))
    reply.headers["Last-Modified"] = format_datetime(started, usegmt=True)
    return reply


@data_route(resources, "/sobjects/<name>")
def object_summary(name: str) -> Response:
    """One object in short."""
    return json_reply({"objectDescribe": summary(known_object(name), api_version()), "recentItems": []})


def known_object(name: str) -> SObject:
    """The object of that name.

    Raises: SalesforceError `NOT_FOUND`.
    """
    found = current_org().schema.find(name)
    if found is None:
        raise not_found()
    return found
