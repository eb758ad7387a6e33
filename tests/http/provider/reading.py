"""Reads what the provider's pages say."""

from __future__ import annotations

import re

import requests

_CODE = re.compile(r"Code : ([a-z0-9._]+)")


def page_code(answer: requests.Response) -> tuple[int, str]:
    """Give status and code of a refusal that is a page of ours."""
    found = _CODE.search(answer.text)
    assert found, answer.text
    assert "Location" not in answer.headers
    return answer.status_code, found[1]
