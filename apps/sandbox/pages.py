from __future__ import annotations

from pathlib import Path
from typing import Any

from django.template import Context, Engine

from apps.sandbox.http import Response, html_response

_HERE = Path(__file__).parent
_ENGINE = Engine(dirs=[str(_HERE / "templates")], autoescape=True)
STYLE = (_HERE / "static" / "sandbox" / "sandbox.css").read_bytes()

_DECIMALS_NONE = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())


def page(name: str, status: int = 200, **context: Any) -> Response:
    template = _ENGINE.get_template(f"sandbox/{name}.html")
    return html_response(template.render(Context(context)), status)


def style() -> Response:
    return Response(
        200, STYLE, {"Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=300"}
    )


def amount(minor: int, currency: str) -> str:
    currency = currency.upper()
    if currency in _DECIMALS_NONE:
        return f"{minor:,} {currency}"
    return f"{minor / 100:,.2f} {currency}"


def minutes_left(seconds: float) -> str:
    minutes = max(int(seconds // 60), 0)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
