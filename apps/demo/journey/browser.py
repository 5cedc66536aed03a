"""A browser without a screen: keeps cookies, follows links, fills in and sends forms as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

TIMEOUT_SECONDS = 30


@dataclass
class Form:
    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The links, forms and text of an HTML page."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(convert_charrefs=True)
        self.url = str(response.url)
        self.status = response.status_code
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.text = ""
        self._form: Form | None = None
        if "html" in response.headers.get("content-type", ""):
            self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href"):
            self.links.append(urljoin(self.url, values["href"]))
        elif tag == "form":
            self._form = Form(
                urljoin(self.url, values.get("action") or self.url),
                values.get("method", "get").lower(),
            )
            self.forms.append(self._form)
        elif self._form is not None and values.get("name"):
            self._take_field(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        self.text += data + " "

    def _take_field(self, tag: str, values: dict[str, str]) -> None:
        form = self._form
        assert form is not None  # noqa: S101 - the caller asked
        name, value = values["name"], values.get("value", "")
        if tag == "button":
            form.buttons.append((name, value))
        elif tag in {"input", "select", "textarea"}:
            unchecked = values.get("type") in {"radio", "checkbox"} and "checked" not in values
            if not unchecked:
                form.fields[name] = value

    def form_to(self, part: str) -> Form:
        """
        :raises LookupError: no form leads there.
        """
        for form in self.forms:
            if part in form.action:
                return form
        raise LookupError(f"{self.url} has no form to {part}")

    def link_to(self, part: str) -> str:
        """
        :raises LookupError: no link leads there.
        """
        for link in self.links:
            if part in link:
                return link
        raise LookupError(f"{self.url} has no link to {part}")


class Browser:
    def __init__(self, origin: str) -> None:
        self.origin = origin
        # No verification of certificates: the demo's own is signed by nobody.
        self.client = httpx.Client(
            follow_redirects=True, timeout=TIMEOUT_SECONDS, verify=not origin.startswith("https:")
        )

    def open(self, url: str) -> Page:
        return Page(self.client.get(urljoin(self.origin, url)))

    def send(
        self,
        form: Form,
        typed: Mapping[str, str] | None = None,
        *,
        button: tuple[str, str] | None = None,
    ) -> Page:
        fields = form.fields | dict(typed or {}) | dict([button] if button else [])
        if form.method == "get":
            return Page(self.client.get(form.action, params=fields))
        # What a browser says of itself on a form of the same site.
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        return Page(self.client.post(form.action, data=fields, headers=headers))

    def post_json(self, url: str, body: object) -> httpx.Response:
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        return self.client.post(urljoin(self.origin, url), json=body, headers=headers)
