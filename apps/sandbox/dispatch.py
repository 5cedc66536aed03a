from __future__ import annotations

from collections.abc import Mapping

from apps.sandbox import control, pages
from apps.sandbox.courier import Packer
from apps.sandbox.http import Request, Response, Route, find_route
from apps.sandbox.paypal import routes as paypal_routes
from apps.sandbox.paypal import serve as paypal
from apps.sandbox.paypal.pages import PAGES as PAYPAL_PAGES
from apps.sandbox.paypal.webhooks import pack as pack_paypal
from apps.sandbox.stripe import events
from apps.sandbox.stripe import routes as stripe_routes
from apps.sandbox.stripe import serve as stripe
from apps.sandbox.stripe.onboarding import PAGES as ONBOARDING_PAGES
from apps.sandbox.stripe.pages import PAGES as STRIPE_PAGES
from apps.sandbox.world import Job, World

JOBS: Mapping[str, Job] = stripe_routes.JOBS | paypal_routes.JOBS
PACKERS: Mapping[str, Packer] = {"stripe": events.pack, "paypal": pack_paypal}
_PAGES: tuple[Route, ...] = (*STRIPE_PAGES, *ONBOARDING_PAGES, *PAYPAL_PAGES, *control.PAGES)


def answer(world: World, request: Request) -> Response:
    if request.path == "/sandbox.css":
        return pages.style()
    hosted = find_route(_PAGES, request.method, request.path)
    if hosted:
        route, args = hosted
        page: Response = route.handler(world, request, **args)
        return page
    if found := find_route(paypal_routes.ROUTES, request.method, request.path):
        return paypal.serve(world, request, *found)
    if found := find_route(stripe_routes.ROUTES, request.method, request.path):
        return stripe.serve(world, request, *found)
    return stripe.not_found(request)
