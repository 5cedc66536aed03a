from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from apps.sandbox.http import Json
from apps.sandbox.stripe.errors import InvalidParam, missing

_WHOLE = re.compile(r"-?\d+")


def only(params: Json, known: Collection[str], *, inside: str = "") -> None:
    for name in params:
        if name not in known:
            param = f"{inside}[{name}]" if inside else name
            raise InvalidParam(
                f"Received unknown parameter: {param}", code="parameter_unknown", param=param
            )


def required(params: Json, *names: str, inside: str = "") -> None:
    for name in names:
        if params.get(name) in (None, "", {}, []):
            raise missing(f"{inside}[{name}]" if inside else name)


def integer(params: Json, name: str, *, inside: str = "", least: int | None = None) -> int:
    param = f"{inside}[{name}]" if inside else name
    raw = params.get(name)
    if not isinstance(raw, str) or not _WHOLE.fullmatch(raw):
        raise InvalidParam(f"Invalid integer: {raw}", code="parameter_invalid_integer", param=param)
    value = int(raw)
    if least is not None and value < least:
        raise InvalidParam(
            f"This value must be greater than or equal to {least}.",
            code="parameter_invalid_integer",
            param=param,
        )
    return value


def text(params: Json, name: str, *, longest: int = 5000) -> str | None:
    value = params.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise InvalidParam("Invalid string", param=name)
    if len(value) > longest:
        raise InvalidParam(
            f"Invalid string: {value[:10]}...; must be at most {longest} characters", param=name
        )
    return value


def one_of(params: Json, name: str, known: Sequence[str], default: str | None) -> str | None:
    value = text(params, name)
    if value is not None and value not in known:
        raise InvalidParam(f"Invalid {name}: must be one of {', '.join(known)}", param=name)
    return value or default


def metadata(params: Json, *, inside: str = "") -> dict[str, str]:
    value = params.get("metadata") or {}
    param = f"{inside}[metadata]" if inside else "metadata"
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InvalidParam("Invalid hash", param=param)
    if len(value) > 50 or any(len(k) > 40 or len(v) > 500 for k, v in value.items()):
        raise InvalidParam("Metadata: at most 50 keys of 40, values of 500 characters", param=param)
    return value


def currency(params: Json, *, inside: str = "") -> str:
    required(params, "currency", inside=inside)
    value: Any = params["currency"]
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]{3}", value):
        raise InvalidParam(f"Invalid currency: {value}", param="currency")
    return value.lower()
