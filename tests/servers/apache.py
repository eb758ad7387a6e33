"""Apache with mod_auth_openidc: an OpenID relying party nobody here wrote."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

MODULES = Path("/usr/lib/apache2/modules")
_LOADED = ("mpm_event", "authn_core", "authz_core", "authz_user", "dir", "env", "headers", "auth_openidc")
_STARTS_WITHIN_S = 10.0
_CONFIG = """
ServerName 127.0.0.1
ServerRoot {folder}
PidFile {folder}/apache.pid
Listen 127.0.0.1:{port}
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
{user}
{modules}
DocumentRoot {folder}/www
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCProviderTokenEndpointAuth {auth_method}
OIDCPKCEMethod S256
OIDCScope "{scope}"
OIDCRedirectURI http://127.0.0.1:{port}/espace/retour
OIDCCryptoPassphrase {passphrase}
OIDCRemoteUserClaim sub
OIDCStateMaxNumberOfCookies 7 false
<Location /espace>
  AuthType openid-connect
  Require valid-user
  Header always set X-Remote-User "expr=%{{REMOTE_USER}}"
  Header always set X-Contact-Id "expr=%{{reqenv:OIDC_CLAIM_contact_id}}"
  Header always set X-Family-Name "expr=%{{reqenv:OIDC_CLAIM_family_name}}"
  Header always set X-Acr "expr=%{{reqenv:OIDC_CLAIM_acr}}"
  Header always set X-Access-Token "expr=%{{reqenv:OIDC_access_token}}"
</Location>
"""


class NoApacheError(Exception):
    """Apache or its OpenID module is not on this machine."""


@contextmanager
def apache_relying_party(
    port: int, *, issuer: str, client_id: str, client_secret: str, scope: str, auth_method: str
) -> Iterator[str]:
    """Serve a site whose `/espace` is for people signed in at this provider; give its address.

    Raises: NoApacheError.
    """
    program = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
    if program is None or not (MODULES / "mod_auth_openidc.so").is_file():
        raise NoApacheError("apache2 and libapache2-mod-auth-openidc are not installed")
    # Apache gives up root, and its user cannot look into a folder that pytest keeps to itself.
    folder = Path(tempfile.mkdtemp(prefix="apache-rp-"))
    try:
        folder.chmod(0o755)
        (folder / "www" / "espace").mkdir(parents=True)
        (folder / "www" / "espace" / "index.html").write_text("<p>Bienvenue</p>\n")
        values = {
            "issuer": issuer,
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": scope,
            "auth_method": auth_method,
        }
        (folder / "apache.conf").write_text(_config(folder, port, values))
        with _running(program, folder, port):
            yield f"http://127.0.0.1:{port}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _config(folder: Path, port: int, values: dict[str, str]) -> str:
    modules = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in _LOADED)
    user = ""
    if os.geteuid() == 0:
        account = pwd.getpwnam("www-data")
        user = f"User {account.pw_name}\nGroup #{account.pw_gid}"
    return _CONFIG.format(
        folder=folder, port=port, modules=modules, user=user, passphrase=secrets.token_hex(16), **values
    )


@contextmanager
def _running(program: str, folder: Path, port: int) -> Iterator[None]:
    command = [program, "-f", str(folder / "apache.conf"), "-DFOREGROUND"]
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            _wait(process, folder, port)
            yield
        finally:
            process.terminate()
            process.wait(_STARTS_WITHIN_S)


def _wait(process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    logs = "".join(path.read_text() for path in folder.glob("*.log"))
    raise AssertionError(f"Apache did not start: {logs[-2000:]}")
