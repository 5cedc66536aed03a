from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]

_SEGMENTS = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def params(self) -> Json:
        """The query string, bracket notation unfolded."""
        return unfold(parse_qsl(self.query, keep_blank_values=True))

    def form(self) -> Json:
        """The form body, bracket notation unfolded."""
        return unfold(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(slots=True)
class Response:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # the connection is closed before a byte of the answer is sent
    halved: bool = False  # what is missing of its body was cut off on purpose

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: str
    operation: str  # "stripe.sessions.create": the name faults and logs use
    handler: Callable[..., Any]

    def match(self, method: str, path: str) -> dict[str, str] | None:
        if method != self.method:
            return None
        found = compiled(self.pattern).fullmatch(path)
        return found.groupdict() if found else None


_compiled: dict[str, re.Pattern[str]] = {}


def compiled(pattern: str) -> re.Pattern[str]:
    if pattern not in _compiled:
        names = re.sub(
            r"\{(\w+)\}",
            r"(?P<\1>[^/]+)",
            re.escape(pattern).replace(r"\{", "{").replace(r"\}", "}"),
        )
        _compiled[pattern] = re.compile(names)
    return _compiled[pattern]


def find_route(
    routes: Sequence[Route], method: str, path: str
) -> tuple[Route, dict[str, str]] | None:
    for route in routes:
        found = route.match(method, path)
        if found is not None:
            return route, found
    return None


def json_response(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        status,
        json.dumps(body, indent=2, ensure_ascii=False).encode(),
        {"Content-Type": "application/json", **(headers or {})},
    )


def html_response(text: str, status: int = 200) -> Response:
    return Response(
        status,
        text.encode(),
        {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"},
    )


def redirect(url: str) -> Response:
    return Response(303, b"", {"Location": url})


def unfold(pairs: Sequence[tuple[str, str]]) -> Json:
    """`a[0][b]=1&c[]=2` as `{"a": [{"b": "1"}], "c": ["2"]}`."""
    tree: Json = {}
    for name, value in pairs:
        head, _, rest = name.partition("[")
        keys = [head, *_SEGMENTS.findall("[" + rest)] if rest else [head]
        node = tree
        for key in keys[:-1]:
            node = node.setdefault(key or str(len(node)), {})
        last = keys[-1] or str(len(node))
        node[last] = value
    return {name: _lists(value) for name, value in tree.items()}


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    values = {key: _lists(value) for key, value in node.items()}
    if values and all(key.isdigit() for key in values):
        return [values[key] for key in sorted(values, key=int)]
    return values
