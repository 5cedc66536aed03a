"""An embedded PostgreSQL of our own, reached through a socket in a private folder."""

from __future__ import annotations

import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from config.launch import process_table
from config.launch.account import Account
from config.launch.binaries import postgres_programs
from config.launch.lifeline import Job
from config.launch.ready import Died, NotReady

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "idle_in_transaction_session_timeout": "60s",
    "log_min_messages": "warning",
    "timezone": "UTC",
}
# For data that is thrown away: a crash may lose everything, and nothing waits for the disk.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
OWNER = "postgres"
DATABASE = "parterre"


@dataclass(frozen=True)
class Postgres:
    """
    :param folder: private to the account; holds the data.
    :param sockets: where the socket is made; its path must stay below 100 characters.
    :param remove: see `Job`.
    """

    folder: Path
    sockets: Path
    log: Path
    account: Account | None
    settings: dict[str, str]
    remove: Path | None = None

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def url(self) -> str:
        return f"postgresql://{OWNER}@/{DATABASE}?host={self.sockets}"

    def job(self) -> Job:
        """
        Makes the data on the first call; answers how to start the server on it.

        :raises Died: with what PostgreSQL's programs said.
        """
        programs = postgres_programs(self.account)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs)
        self._clear_stale_pid(programs)
        options = {**SETTINGS, **self.settings, "unix_socket_directories": str(self.sockets)}
        command = [str(programs / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return Job(
            name="postgres",
            command=command,
            log=self.log,
            stop=signal.SIGINT,  # "fast": disconnects everybody, then shuts down cleanly
            grace=4,
            account=self.account,
            remove=self.remove,
        )

    def check(self) -> None:
        """
        Makes the database when it is not there yet.

        :raises NotReady: the server does not take connections.
        """
        try:
            with psycopg.connect(self._url_of("postgres"), autocommit=True) as connection:
                known = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                ).fetchone()
                if known is None:
                    connection.execute(
                        sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE))
                    )
        except psycopg.OperationalError as error:
            raise NotReady(str(error)) from error

    def _url_of(self, database: str) -> str:
        return f"postgresql://{OWNER}@/{database}?host={self.sockets}"

    def _initialise(self, programs: Path) -> None:
        # Under another name until it is whole: a start that was cut off leaves nothing half-made.
        partial = self.data.with_name("postgres.partial")
        shutil.rmtree(partial, ignore_errors=True)
        command = [
            *(str(programs / "initdb"), "-D", str(partial), "-U", OWNER, "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *("--auth-local=trust", "--auth-host=reject", "--no-instructions"),
        ]
        if self.settings.get("fsync") == "off":
            command.append("--no-sync")
        self._run(command)
        partial.rename(self.data)

    def _clear_stale_pid(self, programs: Path) -> None:
        """
        Our caller holds the lock of the folder, so whoever the file names is an orphan of ours or,
        after a restart of the machine, a stranger with the same number.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = pid_file.read_text().split("\n", 1)[0]
        command = next((row.command for row in process_table.rows() if str(row.pid) == pid), "")
        if str(self.data) in command:
            self._run([str(programs / "pg_ctl"), "-D", str(self.data), "-m", "fast", "-w", "stop"])
        pid_file.unlink(missing_ok=True)

    def _run(self, command: list[str]) -> None:
        account = self.account
        answer = subprocess.run(
            command,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise Died(f"{command[0]} failed:\n{answer.stdout}{answer.stderr}")
