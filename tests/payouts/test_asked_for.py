"""What Stripe still asks for, in a promoter's words: each of its names and codes, and one that is new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, get_args, get_type_hints

import pytest
from django.utils import translation
from stripe import Account as OldAccount
from stripe import Person as OldPerson
from stripe.v2.core import Account, AccountPerson

from apps.payouts.asked_again import why
from apps.payouts.asked_for import Thing, asked_for

# What these objects have beside that which somebody is asked for, here.
PARTS = "attestations business_details individual details details_code status representative legal_guardian"
ROWS = "OBJECT_NAME account created deleted id livemode metadata object updated"
THEMSELVES = "requirements future_requirements"
OF_VOLITION = "us_cfpb_data minority_owned_business_designation"
FAR_AWAY = "export_license_id export_purpose_code specified_commercial_transactions_act_url"
LEFT_OUT = {
    *PARTS.split(),
    *ROWS.split(),
    *THEMSELVES.split(),
    *OF_VOLITION.split(),
    *FAR_AWAY.split(),
}


SECRET = re.compile("(?<=id|er|ry|_4)_provided$")  # numbers are not shown, only that they are known


def told(*missing: str) -> dict[str, list[Thing]]:
    return {asked.about: list(asked.things) for asked in asked_for(missing)}


def things(*missing: str) -> dict[str, list[str]]:
    return {about: [thing.what for thing in found] for about, found in told(*missing).items()}


def test_a_new_account_of_a_person_as_stripe_tells_it() -> None:
    assert things(
        "identity.individual.given_name",
        "identity.individual.surname",
        "identity.individual.date_of_birth.day",
        "identity.individual.date_of_birth.month",
        "identity.individual.date_of_birth.year",
        "identity.individual.address.line1",
        "identity.individual.address.city",
        "identity.individual.address.postal_code",
        "external_account",
        "identity.attestations.terms_of_service.account.date",
        "identity.attestations.terms_of_service.account.ip",
        "defaults.profile.business_url",
    ) == {
        "About you": ["first and last name", "date of birth", "home address"],
        "For the account": [
            "bank account",
            "consent to Stripe's terms",
            "website, or another page that shows what you do",
        ],
    }


def test_a_company_its_people_and_the_older_names() -> None:
    assert things(
        "company.tax_id",
        "identity.business_details.id_numbers.de_hrn",
        "identity.business_details.documents.primary_verification",
        "representative.relationship.title",
        "owners.person_1PabcXYZ.dob.day",
        "person_1PabcXYZ.verification.document",
        "relationship.director",
        "interv_1Pabc.other_supportability_inquiry.support",
    ) == {
        "About the company": [
            "register or tax number",
            "register extract or another document about the company",
        ],
        "About the person in charge": ["position in the company"],
        "About the owners": ["date of birth"],
        "About another person": ["identity card or passport"],
        "For the account": [
            "who runs the company, and that nobody is missing",
            "the answer to a question that Stripe has asked you",
        ],
    }


def test_what_was_wrong_stands_beside_it_once() -> None:
    passport = "identity.individual.documents.primary_verification"
    with translation.override("de"):
        ((about, (thing,)),) = told(
            "individual.verification.document",
            f"{passport} verification_document_expired verification_document_missing_back",
            f"{passport} verification_document_expired",
        ).items()
    assert (about, thing.what) == ("Zu dir", "Personalausweis oder Reisepass")
    assert thing.why == [
        "Das Dokument ist abgelaufen. Schick ein gültiges.",
        "Eine Seite des Dokuments fehlt. Schick Vorder- und Rückseite.",
    ]


def test_a_name_that_is_new_is_shown_as_stripe_says_it() -> None:
    assert told("identity.individual.shoe_size invalid_size", "a_new_field") == {
        "About you": [
            Thing(
                "identity.individual.shoe_size",
                ["Stripe could not accept what was given. Check it, or give it once more."],
            )
        ],
        "For the account": [Thing("a_new_field", [])],
    }


def named(within: str, thing: Any) -> Iterator[str]:
    for name in thing.__annotations__:
        if not name.startswith("_") and name not in LEFT_OUT:
            yield within + SECRET.sub("", name)


IDENTITY = Account.Identity
PUBLISHED: list[Iterable[str]] = [
    named("identity.", IDENTITY),
    named("identity.attestations.", IDENTITY.Attestations),
    named("identity.attestations.persons_provided.", IDENTITY.Attestations.PersonsProvided),
    named("identity.business_details.", IDENTITY.BusinessDetails),
    named("identity.business_details.documents.", IDENTITY.BusinessDetails.Documents),
    named("identity.individual.", IDENTITY.Individual),
    named("identity.individual.documents.", IDENTITY.Individual.Documents),
    named("identity.individual.relationship.", IDENTITY.Individual.Relationship),
    named("defaults.profile.", Account.Defaults.Profile),
    named("configuration.merchant.support.", Account.Configuration.Merchant.Support),
    named("person_1P.", AccountPerson),
    named("company.", OldAccount.Company),
    named("company.verification.", OldAccount.Company.Verification),
    named("business_profile.", OldAccount.BusinessProfile),
    named("representative.", OldPerson),
    named("representative.verification.", OldPerson.Verification),
    named("representative.relationship.", OldPerson.Relationship),
]


@pytest.mark.parametrize("name", [name for names in PUBLISHED for name in names])
def test_each_published_name_has_words(name: str) -> None:
    """As our version of Stripe's library lists them: a newer one tells us what is new."""
    ((what,),) = things(name).values()
    assert what != name
    assert "_" not in what


def codes_of(error: Any) -> list[str]:
    return [code for part in get_args(get_type_hints(error)["code"]) for code in get_args(part)]


def test_each_published_code_has_words_of_its_own() -> None:
    codes = codes_of(Account.Requirements.Entry.Error)
    assert len(codes) == 98
    nothing_said = {code for code in codes if why(code) == why("something new")}
    assert nothing_said == {"invalid_value_other"}
