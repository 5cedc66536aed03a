"""Nothing of another organizer is seen, chosen, found or changed, whatever is typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from apps.accounts.models import ApiKey, ClubMember, Invitation, Membership
from apps.accounts.roles import Role
from apps.console.desk import Desk
from apps.console.sites import organizer_site
from apps.events.models import Event
from apps.events.states import EventState
from apps.inventory.models import Quota
from apps.orders.models import Order
from apps.orders.states import Channel
from apps.seating.models import Venue
from apps.variants.models import Variant
from apps.variants.states import VariantState
from tests.console.both_worlds import Everything, make_everything
from tests.console.test_journey import event_form, no_rows, variant_row
from tests.console.test_matrix import pages_of
from tests.factories.selling import make_member

pytestmark = pytest.mark.django_db

MARKS = ("THEIRS", "theirs")


@pytest.fixture
def ours() -> Everything:
    return make_everything("OURS")


@pytest.fixture
def theirs() -> Everything:
    return make_everything("THEIRS")


@pytest.fixture
def owner(ours: Everything, client: Client) -> Client:
    client.force_login(
        make_member(ours.organizer, Role.OWNER),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def leaks(client: Client, url: str) -> bool:
    answer = client.get(url)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # django-stubs knows no streamed answers of the client
    # What was searched for stands in the search field again; that is not theirs. (Files are no UTF-8.)
    words = body.decode(errors="replace").replace(url.partition("q=")[2] or "\0", "")
    return any(mark in words for mark in MARKS)


def urls_of_ours(ours: Everything) -> Iterator[str]:
    yield "/console/"
    for model, _page, path in pages_of(organizer_site):
        if model:
            pk = str(ours.rows[model].pk)
            yield "/console/" + path.replace("<int:pk>", pk).replace("<path:object_id>", pk)


def test_no_page_shows_a_word_of_theirs(
    ours: Everything, theirs: Everything, owner: Client
) -> None:
    assert [url for url in urls_of_ours(ours) if leaks(owner, url)] == []


def test_no_search_or_filter_finds_a_row_of_theirs(
    ours: Everything, theirs: Everything, owner: Client
) -> None:
    order = theirs.rows["orders.order"]
    assert isinstance(order, Order)
    filters = [f"organizer={theirs.organizer.pk}", f"event={theirs.event.pk}"]
    searches = ["q=THEIRS", "q=theirs", f"q={order.reference}"]
    found = []
    for model, admin in organizer_site._registry.items():
        assert isinstance(admin, Desk)
        base = f"/console/{model._meta.label_lower.replace('.', '/')}/"
        for query in filters + (searches if admin.search_fields else []):
            answer = owner.get(f"{base}?{query}")
            rows = list(answer.context["cl"].result_list) if answer.status_code == 200 else []
            foreign = [row for row in rows if admin.organizer_id(row) != ours.organizer.pk]
            if foreign or (query in searches and rows):
                found.append((base, query, rows))
    assert found == []


def test_no_row_of_theirs_opens(ours: Everything, theirs: Everything, owner: Client) -> None:
    opened = []
    for model, _page, path in pages_of(organizer_site):
        if not model or "<" not in path:
            continue
        pk = str(theirs.rows[model].pk)
        url = "/console/" + path.replace("<int:pk>", pk).replace("<path:object_id>", pk)
        opened += [url for answer in (owner.get(url), owner.post(url)) if answer.status_code != 404]
    assert opened == []


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("events.event", "venue"),
        ("events.event", "organizer"),
        ("orders.order", "event"),
        ("tickets.ticket", "event"),
        ("payouts.payout", "organizer"),
        ("accounts.membership", "user"),
        ("orders.orderline", "variant"),
    ],
)
def test_autocomplete_offers_nothing_of_theirs(
    theirs: Everything, ours: Everything, owner: Client, model: str, field: str
) -> None:
    app, name = model.split(".")
    where = {"app_label": app, "model_name": name, "field_name": field, "term": ""}
    answer = owner.get("/console/autocomplete/", where)
    assert answer.status_code in {200, 403, 404}
    assert not any(mark in answer.content.decode() for mark in MARKS)


def test_choices_are_ours(ours: Everything, theirs: Everything, owner: Client) -> None:
    form = owner.get("/console/events/event/add/").context["adminform"].form
    assert list(form.fields["organizer"].queryset) == [ours.organizer]
    assert form["organizer"].value() == ours.organizer.pk  # the only one is chosen already
    assert list(form.fields["venue"].queryset) == [ours.rows["seating.venue"]]


def test_filters_offer_what_is_ours(ours: Everything, theirs: Everything, owner: Client) -> None:
    page = owner.get("/console/orders/order/")
    offered = [
        choice["display"]
        for spec in page.context["cl"].filter_specs
        for choice in spec.choices(page.context["cl"])
    ]
    assert any("OURS" in str(text) for text in offered)
    assert not any("THEIRS" in str(text) for text in offered)


def test_no_desk_filters_by_a_bare_relation() -> None:
    """Django would offer every row of the related table as a choice."""
    for admin in organizer_site._registry.values():
        assert isinstance(admin, Desk)
        for item in admin.list_filter:
            if isinstance(item, str):
                assert not admin.opts.get_field(item.split("__")[0]).is_relation, (admin, item)


def test_an_event_is_not_made_for_them_nor_at_their_venue(
    ours: Everything, theirs: Everything, owner: Client
) -> None:
    before = Event.objects.count()
    forged = event_form(organizer=str(theirs.organizer.pk), venue=str(ours.pk("seating.venue")))
    assert owner.post("/console/events/event/add/", forged).status_code == 200
    forged = event_form(organizer=str(ours.organizer.pk), venue=str(theirs.pk("seating.venue")))
    assert owner.post("/console/events/event/add/", forged).status_code == 200
    assert Event.objects.count() == before


def test_a_row_of_theirs_smuggled_into_our_form_stays_as_it_was(
    ours: Everything, theirs: Everything, owner: Client
) -> None:
    variant, quota = theirs.rows["variants.variant"], theirs.rows["inventory.quota"]
    form = event_form(venue=str(ours.pk("seating.venue")))
    form |= variant_row(0, id=str(variant.pk), event=str(ours.event.pk), name="Stolen", places="1")
    form |= {"variants-TOTAL_FORMS": "1", "variants-INITIAL_FORMS": "1"}
    form |= no_rows("quotas") | {
        "quotas-TOTAL_FORMS": "1",
        "quotas-0-name": "Grab",
        "quotas-0-places": "1",
        "quotas-0-drawn_by": str(variant.pk),
    }
    answer = owner.post(f"/console/events/event/{ours.event.pk}/change/", form)
    assert answer.status_code in {200, 302, 400, 404}
    assert Variant.objects.get(pk=variant.pk).name == "THEIRS Parkett"
    assert list(Variant.objects.get(pk=variant.pk).quotas.all()) == [quota]
    assert not Quota.objects.filter(name="Grab").exists()


def test_our_pages_do_nothing_to_their_variants(
    ours: Everything, theirs: Everything, owner: Client
) -> None:
    variant = theirs.pk("variants.variant")
    page = f"/console/events/event/{ours.event.pk}"
    hidden = owner.post(f"{page}/sale/", {"variant": variant, "wish": "hidden"})
    assert hidden.status_code == 404
    guest = {"name": "Ada", "email": "ada@example.org", "language": "en", f"heads_{variant}": "1"}
    assert owner.post(f"{page}/guests/", guest).status_code == 200
    assert Variant.objects.get(pk=variant).state == VariantState.LIVE
    assert not Order.objects.filter(channel=Channel.GUEST_LIST).exists()


def test_nobody_is_invited_no_list_is_kept_and_no_key_made_for_them(
    ours: Everything, theirs: Everything, owner: Client
) -> None:
    them = str(theirs.organizer.pk)
    invitations, members = Invitation.objects.count(), ClubMember.objects.count()
    invite = {"organizer": them, "email": "spy@example.org", "role": "owner"}
    owner.post("/console/accounts/invitation/new/", invite)
    owner.post("/console/accounts/clubmember/upload/", {"organizer": them, "text": "a@b.example"})
    owner.post("/console/accounts/clubmember/add/", {"organizer": them, "email": "a@b.example"})
    owner.post(
        "/console/accounts/payoutmethod/paypal/", {"organizer": them, "account": "x@y.example"}
    )
    assert (Invitation.objects.count(), ClubMember.objects.count()) == (invitations, members)
    key = {"organizer": them, "name": "spy", "role": "staff"}
    assert b'id="secret"' not in owner.post("/console/accounts/apikey/new/", key).content
    assert not ApiKey.objects.filter(name="spy").exists()
    assert theirs.organizer.payout_methods.get().destination == "THEIRS-account"


def test_a_venue_cannot_be_moved_to_them(
    ours: Everything, theirs: Everything, owner: Client
) -> None:
    venue = ours.pk("seating.venue")
    moved = {"organizer": str(theirs.organizer.pk), "name": "X", "city": "Y", "country": "DE"}
    owner.post(f"/console/seating/venue/{venue}/change/", moved)
    assert Venue.objects.get(pk=venue).organizer == ours.organizer


def test_with_two_organizers_the_role_in_each_counts(
    ours: Everything, theirs: Everything, client: Client
) -> None:
    both = make_member(ours.organizer, Role.ADMIN)
    Membership.objects.create(organizer=theirs.organizer, user=both, role=Role.STAFF)
    client.force_login(both, backend="django.contrib.auth.backends.ModelBackend")
    rows = client.get("/console/orders/order/").context["cl"].queryset
    assert {order.organizer for order in rows} == {ours.organizer}
    door = f"/console/events/event/{theirs.event.pk}/overview/"
    assert client.get(door).status_code == 200
    assert "THEIRS Byron" not in client.get(door).content.decode()
    assert client.get(f"/console/events/event/{theirs.event.pk}/change/").status_code == 404


def test_somebody_removed_from_the_team_is_out_at_once(ours: Everything, owner: Client) -> None:
    assert owner.get("/console/orders/order/").status_code == 200
    Membership.objects.filter(organizer=ours.organizer, role=Role.OWNER).delete()
    assert owner.get("/console/orders/order/").status_code == 302
    assert owner.get(f"/console/events/event/{ours.event.pk}/overview/").status_code == 302
    assert Event.objects.get(pk=ours.event.pk).state == EventState.PUBLISHED
