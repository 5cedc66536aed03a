"""The same transactions without us: pgbench on the shop's own server."""

from __future__ import annotations

import re
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from bench.database import ROLE
from bench.processes import Family
from config.launch.account import server_account
from config.launch.binaries import postgres_programs

SCRIPTS = Path(__file__).with_name("floor")
CLIENTS = 8


@dataclass(frozen=True)
class Floor:
    """
    :param url: of the database, with our role.
    """

    url: str
    family: Family
    seconds: int

    def cpu_ms(self, *scripts: str, **variables: int | str) -> float:
        """
        PostgreSQL's and pgbench's own, for one run of the scripts one after the other.

        :raises CalledProcessError: a statement does not fit the tables any more.
        """
        text = "\n".join((SCRIPTS / f"{name}.sql").read_text() for name in scripts)
        before = self.family.cpu_ms()["postgres"] + _children_ms()
        done = self._pgbench(text, variables)
        after = self.family.cpu_ms()["postgres"] + _children_ms()
        return (after - before) / done

    def _pgbench(self, text: str, variables: dict[str, int | str]) -> int:
        where = conninfo_to_dict(self.url)
        command = [
            *(str(postgres_programs(server_account()) / "pgbench"), "-n", "-M", "prepared"),
            *("-h", str(where["host"]), "-U", ROLE, "-f", "/dev/stdin"),
            *("-c", str(CLIENTS), "-T", str(self.seconds)),
        ]
        for name, value in variables.items():
            command += ["-D", f"{name}={value}"]
        answer = subprocess.run(
            [*command, str(where["dbname"])],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        counted = re.search(r"actually processed: (\d+)", answer.stdout)
        if answer.returncode or counted is None or "aborted" in answer.stderr:
            raise RuntimeError(answer.stdout + answer.stderr)
        return int(counted[1])


def _children_ms() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000
