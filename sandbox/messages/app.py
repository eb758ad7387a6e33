"""The stand-ins for mail and SMS as one application, and what their callers need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from flask import Flask, Response, jsonify, render_template, request

from sandbox.messages.faults import FaultError, Faults
from sandbox.messages.gateway import PATH, gateway
from sandbox.messages.inbox import Inbox
from sandbox.messages.mail_server import MailServer

SMS_TOKEN = "sandbox-sms-token-for-trials-only"  # noqa: S105 - public, of the stand-in alone
MAIL_FROM = "mes-demandes@mairie.example"


def build(base_url: str, *, smtp_port: int = 0) -> tuple[Flask, dict[str, object]]:
    """The inbox and the gateway, beside a mail server already listening, and the ready line."""
    inbox, faults = Inbox(), Faults()
    server = MailServer(inbox, faults, port=smtp_port)
    server.start()
    app = Flask(__name__)
    app.register_blueprint(gateway(inbox, faults, SMS_TOKEN))
    _handles(app, inbox, faults)
    return app, {
        "url": base_url,
        "smtp_url": f"smtp://127.0.0.1:{server.port}",
        "mail_from": MAIL_FROM,
        "sms_url": base_url + PATH,
        "sms_token": SMS_TOKEN,
    }


def _handles(app: Flask, inbox: Inbox, faults: Faults) -> None:
    @app.get("/")
    def page() -> str:
        return render_template("messages/inbox.html", messages=inbox.messages())

    @app.get("/sandbox/messages")
    def messages() -> Response:
        found = inbox.messages(request.args.get("to"))
        return jsonify([asdict(one) | {"at": one.at.isoformat()} for one in found])

    @app.post("/sandbox/reset")
    def reset() -> Response:
        inbox.empty()
        faults.clear()
        return jsonify([])

    @app.get("/sandbox/faults")
    def show_faults() -> Response:
        return jsonify(faults.shown())

    @app.post("/sandbox/faults")
    def change_faults() -> Response:
        wanted = request.get_json(silent=True)
        faults.change(wanted if isinstance(wanted, Mapping) else {})
        return show_faults()

    @app.errorhandler(FaultError)
    def refuse(error: FaultError) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400
