"""Is the process alive, and can it serve?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify

from bridge.http.access import Access, open_to

Check = Callable[[], bool]


def health_blueprint(
    needed: Mapping[str, Check], noted: Mapping[str, Callable[[], object]] | None = None
) -> Blueprint:
    """Give /health/live and /health/ready; `needed` are the parts without which nobody can be served.

    `noted` are facts worth watching that stop nothing yet; None while not known.
    """
    health = Blueprint("health", __name__, url_prefix="/health")

    @health.get("/live")
    @open_to(Access.EVERYONE)
    def live() -> Response:
        return jsonify(status="ok")

    @health.get("/ready")
    @open_to(Access.EVERYONE)
    def ready() -> tuple[Response, int]:
        parts = {name: "ok" if check() else "unavailable" for name, check in needed.items()}
        well = set(parts.values()) <= {"ok"}
        facts = {name: known for name, fact in (noted or {}).items() if (known := fact()) is not None}
        return jsonify(status="ok" if well else "unavailable", parts=parts, **facts), 200 if well else 503

    return health
