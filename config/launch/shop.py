"""The whole shop, from the servers to the web process answering, for `make run` and `make demo`."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from config.launch.environment import for_demo
from config.launch.lifeline import Job
from config.launch.listening import port_of
from config.launch.postgres import Postgres
from config.launch.preparation import prepare, prepare_and_remember, told_last_time
from config.launch.processes import BEHIND, SANDBOX, WEB, Process, Setting
from config.launch.ready import NotReady, wait_until_ready
from config.launch.screen import say
from config.launch.servers import Servers
from config.launch.supervisor import Child, Supervisor
from config.launch.valkey import Valkey

WEB_SECONDS = 60
CHECK_SECONDS = 30  # it waits in the queue of the socket until the web process is there


@dataclass(frozen=True)
class Shop:
    """
    :param servers: made but not started.
    :param given: DATABASE_URL and REDIS_URL of servers that run elsewhere and are used instead.
    """

    setting: Setting
    servers: Servers
    supervisor: Supervisor
    given: dict[str, str] = field(default_factory=dict)

    def start(self) -> list[str]:
        """
        What demo_data has to say, line by line. The web process comes first, and is waited for;
        the machine would otherwise be busy with starting all of them at once.

        :raises Died: something did not come up; its log says why.
        """
        variables = self.environment
        told = None if self.given else told_last_time(self.setting.run, self._data)
        behind: tuple[Process, ...] = BEHIND
        if told is None:
            self._start_servers()
            self._start_process(SANDBOX, variables)
            told = self._prepare(variables)
            web = self._start_process(WEB, variables)
        else:
            # It needs the servers only for its first answer, and importing it takes longest.
            web = self._start_process(WEB, variables)
            self._start_servers()
            behind = (SANDBOX, *BEHIND)
        wait_until_ready(web.name, self._check_web, web.process, WEB_SECONDS)
        names = [self._start_process(one, variables).name for one in behind]
        say(f"web answers; {', '.join(names)} are starting")
        return told

    @cached_property
    def environment(self) -> dict[str, str]:
        made = for_demo(self.setting.run, self.setting.address)
        if self.setting.certificate:
            made["PARTERRE_TLS_AUTHORITY"] = str(self.setting.certificate.authority)
        return {**made, **self.servers.environment(), **self.given}

    @property
    def _data(self) -> Path:
        return self.servers.postgres.data

    def _prepare(self, variables: dict[str, str]) -> list[str]:
        if self.given:
            return prepare(variables, self.setting.run)
        return prepare_and_remember(variables, self.setting.run, self._data)

    def _start_servers(self) -> None:
        wanted: dict[str, Postgres | Valkey] = {
            "DATABASE_URL": self.servers.postgres,
            "REDIS_URL": self.servers.valkey,
        }
        started = [
            (self.supervisor.start(server.job), server)
            for variable, server in wanted.items()
            if variable not in self.given
        ]
        for child, server in started:
            wait_until_ready(child.name, server.check, child.process)
        names = [*(child.name for child, _ in started), *self.given]
        say(f"{' and '.join(names)} up")

    def _start_process(self, process: Process, variables: dict[str, str]) -> Child:
        descriptors = (self.setting.listener.fileno(),) if process is WEB else ()
        job = Job(
            name=process.name,
            command=list(process.command(self.setting)),
            log=self.setting.run.logs / f"{process.name}.log",
            environment=variables,
            grace=process.grace,
            descriptors=descriptors,
        )
        return self.supervisor.start(lambda: job)

    def _check_web(self) -> None:
        """
        :raises NotReady: it does not answer.
        """
        connection = self._connection()
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException) as error:
            raise NotReady(str(error)) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        port = port_of(self.setting.listener)
        if self.setting.certificate is None:
            return http.client.HTTPConnection("127.0.0.1", port, timeout=CHECK_SECONDS)
        trust = ssl.create_default_context(cafile=self.setting.certificate.authority)
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=CHECK_SECONDS, context=trust)
