"""simple-salesforce as its manual shows it, brought to an org that speaks plain HTTP on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce


class _PlainHttp(HTTPAdapter):
    """Sends to plain HTTP what the client insists on calling https."""

    def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:
        """Rewrite the scheme, keep everything else."""
        assert request.url is not None
        request.url = request.url.replace("https:", "http:", 1)
        return super().send(request, *args, **named)


def plain_client(org: Mapping[str, Any]) -> Any:
    """Give the client with the org's token; its own types do not say that it has objects."""
    session = requests.Session()
    session.mount(f"https://{urlsplit(org['instance_url']).netloc}", _PlainHttp())
    return Salesforce(
        instance_url=org["instance_url"], session_id=org["access_token"], session=session, version="62.0"
    )
