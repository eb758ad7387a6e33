"""What somebody in doubt can do: ask for a code and copy it, or give the number and secret of a receipt.

Every answer is the same whether or not the town knows who could be meant.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.receipt import ClaimAnswer
from bridge.http.access import Access, open_to, signed_in
from bridge.http.cookies import CookieJarPolicy
from bridge.http.notices import home_saying
from bridge.http.portal import kept_by_nobody
from bridge.http.same_origin import require_same_origin
from bridge.usecases.possession import Possession
from bridge.usecases.prove_by_code import CodeAnswer
from bridge.usecases.sign_in import PORTAL_NEXT

NOT_GOOD = 422
_CODE_FAULTS = {
    CodeAnswer.WRONG: "code_wrong",
    CodeAnswer.OVER: "code_over",
    CodeAnswer.DOUBTFUL: "doubt_stays",
}
_RECEIPT_FAULTS = {ClaimAnswer.REFUSED: "receipt_refused", ClaimAnswer.REVIEWED: "doubt_stays"}


def doubt_blueprint(possession: Possession, base_url: str) -> Blueprint:
    """Give the routes under `/identite`; each POST answers to our own pages only."""
    doubt = Blueprint("doubt", __name__)
    doubt.after_request(kept_by_nobody)

    cookies = CookieJarPolicy(base_url)

    def proven() -> Response:
        """Whoever came from a client goes on to it; everybody else sees their requests."""
        waiting = cookies.waiting_request(request)
        return redirect(f"{PORTAL_NEXT}{waiting}", 303) if waiting else home_saying("prouvee")

    @doubt.app_context_processor
    def words() -> dict[str, Any]:
        return {"code_channels": [channel.value for channel in possession.request_code.channels]}

    @doubt.post("/identite/envoi")
    @open_to(Access.CITIZEN)
    def send() -> Response:
        require_same_origin(request, base_url)
        possession.request_code(signed_in(), request.form.get("par", ""))
        return redirect("/identite/code", 303)

    @doubt.get("/identite/code")
    @open_to(Access.CITIZEN)
    def ask() -> Response | str:
        if signed_in().link_id is not None:
            return redirect("/", 303)
        return render_template("code.html", fault=None)

    @doubt.post("/identite/code")
    @open_to(Access.CITIZEN)
    def check() -> Response | tuple[str, int]:
        require_same_origin(request, base_url)
        answer = possession.by_code(signed_in(), request.form.get("code", ""))
        if answer is CodeAnswer.PROVEN:
            return proven()
        return render_template("code.html", fault=_CODE_FAULTS[answer]), NOT_GOOD

    @doubt.post("/identite/recepisse")
    @open_to(Access.CITIZEN)
    def receipt() -> Response | tuple[str, int]:
        require_same_origin(request, base_url)
        number, secret = request.form.get("numero", ""), request.form.get("secret", "")
        answer = possession.by_receipt(signed_in(), number, secret)
        if answer is ClaimAnswer.ATTACHED:
            return proven()
        return render_template("review.html", fault=_RECEIPT_FAULTS[answer]), NOT_GOOD

    return doubt
