"""The published shapes, and what it means to be held to one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # no types are published
from jsonschema.protocols import Validator  # type: ignore[import-untyped]  # the same
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Held:
    """A shape by two libraries: the quick one says that all is right, the other one where it is not."""

    quick: jsonschema_rs.Draft202012Validator
    validator: Validator

    def errors(self, value: Any) -> Iterator[Any]:
        if not self.quick.is_valid(value):
            yield from self.validator.iter_errors(value)


def held_to(shape: Mapping[str, Any]) -> Held:
    """A shape whose references say into which document they lead."""
    return _held_to_text(json.dumps(shape))


@cache
def _held_to_text(text: str) -> Held:
    shape = json.loads(text)
    quick = jsonschema_rs.Draft202012Validator(shape, registry=_quick_registry())
    return Held(quick, Draft202012Validator(shape, registry=_registry()))


def held_to_named(provider: str, ref: str | None, shape: Mapping[str, Any] | None = None) -> Held:
    return held_to({"$ref": f"{provider}{ref}"} if ref else shape or {})


def held_to_part(provider: str, shape: Mapping[str, Any]) -> Held:
    """A shape that stands outside its document, with references into it."""
    return _held_to_text(json.dumps(shape).replace('"#/$defs/', f'"{provider}#/$defs/'))


@cache
def document(provider: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((_HERE / f"{provider}.json").read_text())
    return loaded


@cache
def _registry() -> Registry[Any]:
    registry: Registry[Any] = Registry()
    return registry.with_resources(
        (provider, Resource.from_contents(document(provider), default_specification=DRAFT202012))
        for provider in ("stripe", "paypal")
    )


@cache
def _quick_registry() -> jsonschema_rs.Registry:
    """By the addresses that references without one of their own lead to."""
    documents = [(f"json-schema:///{name}", document(name)) for name in ("stripe", "paypal")]
    return jsonschema_rs.Registry(documents, draft=jsonschema_rs.Draft202012)
