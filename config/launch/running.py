"""`make run`: the whole shop with demo data, until Ctrl-C."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from config.launch.certificate import certified, lan_address
from config.launch.environment import Address
from config.launch.folders import Occupied, RunFolder
from config.launch.interruption import interruptible
from config.launch.lifeline import Lifeline
from config.launch.listening import PORT_MAX, Unavailable, free_port, listen
from config.launch.processes import Setting
from config.launch.ready import Died
from config.launch.screen import plain, say
from config.launch.servers import kept_servers
from config.launch.shop import Shop
from config.launch.supervisor import Supervisor

ROUND_SECONDS = 0.3
SERVERS = ("DATABASE_URL", "REDIS_URL")


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    run = RunFolder.of_checkout()
    try:
        run.occupy()
        setting = _setting(run, options)
    except Occupied as error:
        plain(f"{error}: use that one, or stop it with Ctrl-C first")
        return 1
    except Unavailable as error:
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
    parser.add_argument("--port", type=_port, default=8000)
    parser.add_argument("--tls", action="store_true")
    return parser


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= PORT_MAX:
        return int(text)
    raise ArgumentTypeError(f"{text} is no port; PORT is a number from 1 to {PORT_MAX}")


def _setting(run: RunFolder, options: Namespace) -> Setting:
    if not options.tls:
        listener = listen("127.0.0.1", options.port)
        address = Address(f"http://localhost:{options.port}", free_port(), free_port())
        return Setting(run, address, listener, None)
    lan = lan_address()
    listener = listen("0.0.0.0", options.port)  # noqa: S104 - phones are to reach it
    address = Address(f"https://{lan}:{options.port}", free_port(), free_port())
    return Setting(run, address, listener, certified(run.root / "tls", lan))


def _welcome(setting: Setting, told: list[str]) -> None:
    public = setting.address.public
    plain("")
    if setting.certificate:
        plain(
            "  The certificate is our own: accept the warning on each device, or install it from /demo/."
        )
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
