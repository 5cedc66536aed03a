"""`python -m config.launch.prepare`: everything between the servers and the processes, in one Django."""

from __future__ import annotations

import fcntl
import hashlib
import io
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command, get_commands
from django.db import OperationalError, connection

from config.launch import messages
from config.launch.preparation import PROGRESS
from config.launch.screen import plain

DEMO_DATA = "demo_data"


def main() -> None:
    """What is done is told as it begins; what demo_data has to tell (the logins) is printed last."""
    tell("messages and migrations")
    messages.compile_all()
    django.setup()
    try:
        connection.ensure_connection()
    except OperationalError as error:  # one of DATABASE_URL: ours answered before
        sys.exit(f"DATABASE_URL: {error}")
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except CommandError as refusal:
        sys.exit(str(refusal))
    tell("static files")
    collect_static()
    if DEMO_DATA in get_commands():
        call_command(DEMO_DATA)


def tell(doing: str) -> None:
    plain(f"{PROGRESS}{doing}")


def collect_static() -> None:
    """Only when a file changed: hashing and compressing all of them takes seconds."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(exist_ok=True)
    stamp = root / ".collected"
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = _fingerprint()
        if not stamp.exists() or stamp.read_text() != wanted:
            call_command("collectstatic", verbosity=0, interactive=False, stdout=io.StringIO())
            stamp.write_text(wanted)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
