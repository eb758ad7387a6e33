"""A citizen says that a request is theirs, with its receipt, or that one is not."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.receipt import ClaimAnswer, NotMine
from bridge.errors import RequestError
from bridge.http.access import Access, open_to, signed_in
from bridge.http.case_ids import case_id_of
from bridge.http.notices import home_saying
from bridge.http.portal import kept_by_nobody
from bridge.http.same_origin import require_same_origin
from bridge.usecases.possession import Possession
from bridge.usecases.read_cases import ReadCases

NOT_GOOD = 422
REASONS = tuple(reason.value for reason in NotMine)


def belongings_blueprint(possession: Possession, read: ReadCases, base_url: str) -> Blueprint:
    """Give `/demandes/reclamer` and `/demandes/<id>/pas-a-moi`; each POST answers to our own pages only."""
    belongings = Blueprint("belongings", __name__)
    belongings.after_request(kept_by_nobody)

    @belongings.get("/demandes/reclamer")
    @open_to(Access.CITIZEN)
    def ask() -> Response | str:
        if signed_in().link_id is None:
            return redirect("/", 303)
        return render_template("claim.html", fault=None)

    @belongings.post("/demandes/reclamer")
    @open_to(Access.CITIZEN)
    def claim() -> Response | tuple[str, int]:
        require_same_origin(request, base_url)
        number, secret = request.form.get("numero", ""), request.form.get("secret", "")
        answer = possession.claim(signed_in(), number, secret)
        if answer is ClaimAnswer.REFUSED:
            return render_template("claim.html", fault="receipt_refused"), NOT_GOOD
        return home_saying("rattachee" if answer is ClaimAnswer.ATTACHED else "a-verifier")

    @belongings.get("/demandes/<case_id>/pas-a-moi")
    @open_to(Access.CITIZEN)
    def confirm(case_id: str) -> str:
        view = read.one(signed_in(), case_id_of(case_id))
        return render_template("not_mine.html", case=view.case, reasons=REASONS, fault=None)

    @belongings.post("/demandes/<case_id>/pas-a-moi")
    @open_to(Access.CITIZEN)
    def give_back(case_id: str) -> Response | tuple[str, int]:
        require_same_origin(request, base_url)
        known = case_id_of(case_id)
        try:
            possession.give_back(signed_in(), known, request.form.get("raison", ""))
        except RequestError as error:
            if error.code != "case.reason":
                raise
            view = read.one(signed_in(), known)
            page = render_template("not_mine.html", case=view.case, reasons=REASONS, fault="reason_missing")
            return page, NOT_GOOD
        return home_saying("retiree")

    return belongings
