"""`make run`: the whole shop with demo data, until Ctrl-C."""

from __future__ import annotations

import os
import socket
import time
from argparse import ArgumentParser, Namespace

from config.launch.certificate import lan_address, self_signed
from config.launch.environment import Address
from config.launch.folders import Occupied, RunFolder
from config.launch.interruption import interruptible
from config.launch.lifeline import Lifeline
from config.launch.processes import Setting
from config.launch.ready import Died
from config.launch.screen import plain, say
from config.launch.servers import kept_servers
from config.launch.shop import Shop, free_port
from config.launch.supervisor import Supervisor

ROUND_SECONDS = 0.3
SERVERS = ("DATABASE_URL", "REDIS_URL")


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    run = RunFolder.of_checkout()
    try:
        run.occupy()
        _check_port(options.port)
        setting = _setting(run, options)
    except (Occupied, OSError) as error:
        plain(f"{error}")
        return 1
    supervisor = Supervisor(Lifeline())
    with interruptible():
        try:
            given = {name: os.environ[name] for name in SERVERS if os.environ.get(name)}
            told = Shop(setting, kept_servers(run), supervisor, given).start()
            _welcome(setting, told)
            while True:
                supervisor.look_after()
                time.sleep(ROUND_SECONDS)
        except Died as error:
            plain(f"{error}\nLogs are in {run.logs}")
            return 1
        except KeyboardInterrupt:
            say("stopping")
            return 0
        finally:
            supervisor.stop()
            say("stopped")


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="make run")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--tls", action="store_true")
    return parser


def _setting(run: RunFolder, options: Namespace) -> Setting:
    port = options.port
    if not options.tls:
        address = Address(f"http://localhost:{port}", free_port())
        return Setting(run, address, f"127.0.0.1:{port}", None)
    lan = lan_address()
    address = Address(f"https://{lan}:{port}", free_port())
    certificate = self_signed(run.root / "tls", lan)
    return Setting(run, address, f"0.0.0.0:{port}", certificate)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise OSError(f"Port {port} is taken; try make run PORT={port + 1}") from error


def _welcome(setting: Setting, told: list[str]) -> None:
    public = setting.address.public
    plain("")
    if setting.certificate:
        plain("  The certificate is our own: the browser warns once, accept it on each device.")
    for line in told:
        plain(f"  {line}")
    plain("  Ctrl-C stops everything; the data stays.")
    plain(f"  Shop {public}/   Roles, logins, mails and the sandboxes {public}/demo/")


def reset(_arguments: list[str]) -> int:
    """`make reset`: forgets the demo's data."""
    run = RunFolder.of_checkout()
    try:
        run.occupy()
    except Occupied as error:
        plain(f"{error}; stop it first")
        return 1
    run.remove()
    say("the next `make run` starts from nothing")
    return 0
