"""Secrets of this installation: made on the first run, kept in `VAR/secrets.env` (0600), never in the code.

Whoever sets a variable (or its X_FILE) in the environment overrides the file.
"""

import base64
import os
import secrets
from datetime import date

MAKERS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "BLIND_INDEX_KEY": lambda: secrets.token_urlsafe(48),
    "SEAL_KEYS": lambda: f"k{date.today():%Y%m%d}:{base64.b64encode(secrets.token_bytes(32)).decode()}",
}


def write_secret_files(folder):
    """One file a secret, for servers in containers. Raises FileExistsError rather than replace any."""
    folder.mkdir(mode=0o700)
    owners, portals = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    values = {name.lower(): make() for name, make in MAKERS.items()}
    values |= {
        "postgres_password": owners,
        "database_owner_url": f"postgres://motcua:{owners}@postgres:5432/motcua",
        "database_url": f"postgres://motcua_portal:{portals}@postgres:5432/motcua",
    }
    for name, value in values.items():
        (folder / name).write_text(value)  # no line end: it would be part of the secret
        # The folder keeps people out; in the container the portal's and PostgreSQL's own users must read it.
        (folder / name).chmod(0o444)


def load(var):
    """The file's secrets; those it lacks are made and added."""
    file = var / "secrets.env"
    kept = read(file)
    missing = {name: make() for name, make in MAKERS.items() if name not in kept}
    if missing:
        write(file, kept | missing)
    return kept | missing


def read(file):
    """NAME=value lines as a dictionary; empty if there is no file."""
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write(file, values):
    """Whole or not at all: half a file of secrets would make sealed data unreadable."""
    half = file.with_suffix(".half")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as out:
        out.write("".join(f"{name}={value}\n" for name, value in values.items()))
        out.flush()
        os.fsync(descriptor)
    half.replace(file)
