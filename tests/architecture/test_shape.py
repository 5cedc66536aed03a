"""What import-linter cannot see: foreign keys, sizes, topics, state tables."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.module_loading import import_string

from config.celery import celery_app
from config.schedule import SCHEDULE
from config.subscriptions import SUBSCRIPTIONS

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
BANNED_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}


def rungs() -> dict[str, int]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        app.strip(" ()"): rung
        for rung, row in enumerate(reversed(layers))
        for app in row.split("|")
    }


def own_files() -> Iterator[Path]:
    for top in ("apps", "config", "tests", "bench", "templates", "static"):
        for path in (ROOT / top).rglob("*"):
            skipped = {"migrations", "vendor", "fonts", "__pycache__", "specs"} & set(path.parts)
            if path.suffix in {".py", ".html", ".css", ".js"} and not skipped:
                yield path


def own_code() -> Iterator[tuple[Path, ast.Module]]:
    for path in own_files():
        if path.suffix == ".py" and "apps" in path.relative_to(ROOT).parts:
            yield path, ast.parse(path.read_text())


def test_foreign_keys_point_down_the_ladder() -> None:
    ladder = rungs()
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        app = model._meta.app_label
        for field in model._meta.get_fields():
            to = getattr(field, "remote_field", None) and field.related_model
            if not to or field.auto_created or app not in ladder or isinstance(to, str):
                continue
            other = to._meta.app_label
            if other in ladder and other != app and ladder[other] >= ladder[app]:
                wrong.append(f"{model.__name__}.{field.name} -> {other}")
    assert wrong == []


def test_files_stay_under_300_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in own_files()
        if (lines := len(path.read_text().splitlines())) > FILE_LINES_MAX
    }
    assert long == {}


def test_functions_stay_under_60_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path, tree in own_code()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(p) for p in own_files() if p.name in BANNED_NAMES] == []


def test_every_published_topic_is_in_the_table_and_every_one_there_is_published() -> None:
    literal = re.compile(r"""publish\(\s*\n?\s*f?["']([a-z_.]+[a-z_])["']""")
    published = {topic for path, _tree in own_code() for topic in literal.findall(path.read_text())}
    assert published - set(SUBSCRIPTIONS) == set()
    # Topics whose last word is computed: see payments/webhooks/inbox.py.
    computed = {topic for topic in SUBSCRIPTIONS if topic.startswith("provider.notice.")}
    assert set(SUBSCRIPTIONS) - published - computed == set()


@pytest.mark.parametrize("path", sorted({h.path for hs in SUBSCRIPTIONS.values() for h in hs}))
def test_every_handler_exists(path: str) -> None:
    assert callable(import_string(path))


def test_only_the_relay_hands_work_to_the_broker() -> None:
    allowed = {"apps/outbox/management/commands/relay_outbox.py"}
    senders = {
        str(path.relative_to(ROOT))
        for path, tree in own_code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"delay", "apply_async", "send_task"}
        and isinstance(node.value, ast.Name)
        and node.value.id.endswith("task")
    }
    assert senders <= allowed


def test_every_periodic_job_is_a_task_and_beat_knows_it() -> None:
    celery_app.loader.import_default_modules()
    assert celery_app.conf.beat_schedule == SCHEDULE
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(celery_app.tasks)
