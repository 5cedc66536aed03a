"""The door as an app of the browser: a page without anybody's data, its service worker, its manifest."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from csp.constants import SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.checkin.words import words

_ENTRY = "js/door/app.js"
_WORKER = "js/door/worker.js"
_FILES = (
    "css/parterre-door.css",
    "fonts/archivo-expanded-latin.woff2",
    "fonts/archivo-expanded-latin-ext.woff2",
    "fonts/instrument-sans-latin.woff2",
    "fonts/instrument-sans-latin-ext.woff2",
    "img/mark.svg",
    "img/door-192.png",
    "img/door-512.png",
    "vendor/barcode-detector.js",
    "vendor/zxing_reader.wasm",
    "vendor/jsqr.js",
)


@never_cache
@require_safe
# The reader of codes is WebAssembly.
@csp_update({"script-src": [WASM_UNSAFE_EVAL], "worker-src": [SELF], "manifest-src": [SELF]})
def page(request: HttpRequest) -> HttpResponse:
    """A phone keeps it, and opens it without us."""
    return HttpResponse(_page(_language(request)))


@never_cache
@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    app = reverse("checkin:index")
    pages = {code: _page(code) for code, _name in settings.LANGUAGES}
    kept = {
        "version": _version() + "." + _digest(json.dumps(pages).encode()).hex()[:12],
        "files": _files(),
        "pages": {code: f"{app}?language={code}" for code in pages},
        "scope": app,
    }
    text = f"self.DOOR = {json.dumps(kept)};\n{_source(_WORKER).decode()}"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    app = reverse("checkin:index")
    with override(_language(request)):
        name = _("Door")
    icons = [
        {"src": static(f"img/door-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    described = {
        "id": app,
        "start_url": app,
        "scope": app,
        "name": f"{name} · Parterre",
        "short_name": name,
        "display": "standalone",
        "orientation": "any",
        "background_color": "#000000",
        "theme_color": "#000000",
        "icons": [*icons, {**icons[1], "purpose": "maskable"}],
    }
    return JsonResponse(described, content_type="application/manifest+json")


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


def _page(language: str) -> str:
    """Drawn without a request, so it cannot hold anything of anybody."""
    with override(language):
        shown = {"language": language, "words": words(), "config": _config()}
        return render_to_string("checkin/shell.html", shown)


def _config() -> dict[str, str]:
    return {
        "scope": reverse("checkin:index"),
        "events": reverse("checkin:events"),
        "worker": reverse("checkin:service_worker"),
        "version": _version(),
        "detector": static("vendor/barcode-detector.js"),
        "wasm": static("vendor/zxing_reader.wasm"),
        "fallback": static("vendor/jsqr.js"),
    }


@cache
def _version() -> str:
    names = [*_FILES, *_modules(), _WORKER]
    return _digest(b"".join(_digest(_source(name)) for name in names)).hex()[:12]


@cache
def _files() -> list[tuple[str, str]]:
    """
    Addresses with the integrity of what is there ("": the address itself names the content). Modules
    import each other by their plain names, so these say nothing of the version.
    """
    modules = [(_address(name), _integrity(name)) for name in _modules()]
    return [(static(name), "") for name in _FILES] + modules


def _modules() -> list[str]:
    folder = Path(settings.BASE_DIR) / "static" / "js" / "door"
    found = sorted(f"js/door/{module.name}" for module in folder.glob("*.js"))
    return [name for name in found if name != _WORKER]


def _address(name: str) -> str:
    # Real storage knows files by names with a hash, and refuses to know any other.
    return static(name) if name == _ENTRY else settings.STATIC_URL + name


def _integrity(name: str) -> str:
    return "sha256-" + base64.b64encode(_digest(_source(name))).decode()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _source(name: str) -> bytes:
    found = finders.find(name)
    if not isinstance(found, str):
        raise ImproperlyConfigured(f"static file {name} is missing")
    return Path(found).read_bytes()
