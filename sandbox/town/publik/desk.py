"""The citizen desk at the end of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sandbox.town.clock import PARIS, end_of
from sandbox.town.publik.forms import Form, FormData
from sandbox.town.publik.words import FORMS
from sandbox.town.records import Standing


class CitizenDesk:
    """Requests of every form, as they stand now."""

    def __init__(self, requests: Sequence[FormData], day: date) -> None:
        self._requests = requests
        self.now = _local(day)

    def move(self, day: date) -> None:
        """Show the state at the end of that day."""
        self.now = _local(day)

    def form(self, slug: str) -> Form | None:
        """The form of that name."""
        return next((form for form in FORMS if form.slug == slug), None)

    def of_form(self, form: Form) -> list[FormData]:
        """The requests made by now, in the order of arrival."""
        return [r for r in self._requests if r.form is form and r.past(self.now)]

    def of_person(self, email: str) -> list[FormData]:
        """The requests of one person, whatever the form."""
        return [r for r in self._requests if r.person.email == email and r.past(self.now)]

    def truth(self, day: date) -> Mapping[str, Standing]:
        """The status a citizen may see of each request, by its number."""
        now = _local(day)
        known = [request for request in self._requests if request.past(now)]
        return {request.number: _standing(request, now) for request in known}

    def gone(self, _day: date) -> Mapping[str, str]:
        """Nothing: requests are kept."""
        return {}

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Numbers of the requests of each person with a key."""
        owned: dict[str, list[str]] = {}
        for request in self._requests:
            if request.person.key:
                owned.setdefault(request.person.key, []).append(request.number)
        return owned


def _standing(request: FormData, now: datetime) -> Standing:
    status = request.shown_status(now)
    return Standing(status.id, status.name)


def _local(day: date) -> datetime:
    return end_of(day, PARIS).replace(tzinfo=None)
