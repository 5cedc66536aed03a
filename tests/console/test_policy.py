from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.roles import Role
from tests.factories.selling import make_member, make_organizer


@pytest.mark.django_db
def test_a_form_of_the_console_may_lead_to_stripes_onboarding(client: Client) -> None:
    client.force_login(make_member(make_organizer(), Role.OWNER))
    policy = client.get("/console/")["Content-Security-Policy"]
    forms = next(part for part in policy.split(";") if part.strip().startswith("form-action"))
    assert {"'self'", "https://connect.stripe.com", "http://testserver"} <= set(forms.split())
