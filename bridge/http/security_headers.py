"""What every answer tells the browser: load nothing from elsewhere, run no script, show in no frame."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g


def allow_forms_to(*addresses: str) -> None:
    """Let the forms of the page under way lead there too: browsers hold a form to where its redirects end."""
    g.form_targets = [_source(address) for address in addresses]


def protect(app: Flask, *, https: bool, sign_in_origin: str) -> None:
    """Add the headers. `sign_in_origin` is where the logout form's redirect may lead."""

    def policy() -> str:
        targets = " ".join(["'self'", sign_in_origin, *g.get("form_targets", ())])
        return "; ".join(
            (
                "default-src 'none'",
                "style-src 'self'",
                "img-src 'self'",
                f"form-action {targets}",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            )
        )

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy())
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response


def _source(address: str) -> str:
    """Give the source expression of an address; an app's own scheme stands for itself."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
