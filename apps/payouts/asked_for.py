"""
What Stripe still asks an organizer for, in words a promoter understands.

Its names are paths: `identity.individual.date_of_birth.day` in its newer interface, `individual.dob.day` in the
older one. Day, month and year are one question, so only as much of a path is read as says what it is about.
What is not known here is shown as Stripe says it: a rough word leads further than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.payments.gateways.base import DISCONNECTED
from apps.payouts.asked_again import why

_ID_CARD = _("identity card or passport")
_NAME = _("first and last name")
_BIRTH = _("date of birth")
_HOME = _("home address")
_NUMBER = _("tax or identity number")
_NATIONALITY = _("nationality")
_GENDER = _("gender")
_SHOWS_ADDRESS = _("a document that shows the address")
_TERMS = _("consent to Stripe's terms")
_SHARE = _("share in the company")
_ADDRESS = _("address")
_PHONE = _("phone number")
_EMAIL = _("e-mail address")
_REGISTERED = _("registered name")
_COMPANY_NUMBER = _("register or tax number")
_EXTRACT = _("register extract or another document about the company")
_OWNERS = _("who owns the company, and that nobody is missing")
_MANAGEMENT = _("who runs the company, and that nobody is missing")
_IN_CHARGE = _("who acts for the company")
_WEBSITE = _("website, or another page that shows what you do")
_SELLS = _("what you sell, in a sentence")
_KNOWN_AS = _("the name buyers know you by")
_TRADE = _("line of business")
_SUPPORT = _("how buyers reach you")
_BANK = _("bank account")
_ON_STATEMENTS = _("the name on card statements")
_KIND = _("whether you are a person or a company")
_TURNOVER = _("turnover")

_PERSON: Mapping[str, Promise] = {
    "first_name": _NAME,
    "last_name": _NAME,
    "given_name": _NAME,
    "surname": _NAME,
    "full_name_aliases": _NAME,
    "additional_names": _NAME,
    "script_names": _NAME,
    "maiden_name": _("name at birth"),
    "dob": _BIRTH,
    "date_of_birth": _BIRTH,
    "address": _HOME,
    "registered_address": _HOME,
    "additional_addresses": _HOME,
    "script_addresses": _HOME,
    "email": _EMAIL,
    "phone": _PHONE,
    "id_number": _NUMBER,
    "id_number_secondary": _NUMBER,
    "id_numbers": _NUMBER,
    "ssn_last_4": _NUMBER,
    "nationality": _NATIONALITY,
    "nationalities": _NATIONALITY,
    "gender": _GENDER,
    "legal_gender": _GENDER,
    "political_exposure": _("political offices, if any"),
    "relationship": _("role in the company"),
    "relationship.title": _("position in the company"),
    "relationship.owner": _SHARE,
    "relationship.percent_ownership": _SHARE,
    "verification": _ID_CARD,
    "verification.additional_document": _SHOWS_ADDRESS,
    "verification.proof_of_liveness": _("a photo of the face"),
    "documents": _ID_CARD,
    "documents.secondary_verification": _SHOWS_ADDRESS,
    "documents.passport": _("passport"),
    "documents.visa": _("visa or residence permit"),
    "documents.company_authorization": _("proof of acting for the company"),
    "additional_tos_acceptances": _TERMS,
    "additional_terms_of_service": _TERMS,
}
_COMPANY_DOCUMENTS: Mapping[str, Promise] = {
    "documents": _EXTRACT,
    "documents.bank_account_ownership_verification": _("a statement of the bank account"),
    "documents.company_license": _("licence of the company"),
    "documents.company_memorandum_of_association": _("articles of association"),
    "documents.company_tax_id_verification": _("a document that shows the tax number"),
    "documents.proof_of_address": _SHOWS_ADDRESS,
    "documents.proof_of_ultimate_beneficial_ownership": _(
        "a document that shows who owns the company"
    ),
}
_COMPANY: Mapping[str, Promise] = {
    **_COMPANY_DOCUMENTS,
    "name": _REGISTERED,
    "registered_name": _REGISTERED,
    "script_names": _REGISTERED,
    "address": _ADDRESS,
    "physical_address": _ADDRESS,
    "administrative_address": _ADDRESS,
    "principal_place_of_business": _ADDRESS,
    "additional_addresses": _ADDRESS,
    "script_addresses": _ADDRESS,
    "phone": _PHONE,
    "tax_id": _COMPANY_NUMBER,
    "tax_id_registrar": _COMPANY_NUMBER,
    "registration_number": _COMPANY_NUMBER,
    "id_numbers": _COMPANY_NUMBER,
    "vat_id": _("VAT id"),
    "registration_date": _("date of registration"),
    "structure": _("legal form"),
    "verification": _EXTRACT,
    "owners_provided": _OWNERS,
    "ownership_declaration": _OWNERS,
    "ownership_exemption_reason": _OWNERS,
    "directors_provided": _MANAGEMENT,
    "directorship_declaration": _MANAGEMENT,
    "executives_provided": _MANAGEMENT,
    "representative_declaration": _IN_CHARGE,
    "annual_revenue": _TURNOVER,
    "monthly_estimated_revenue": _TURNOVER,
    "estimated_worker_count": _("number of employees"),
}
# What is about nobody in particular.
_ACCOUNT: Mapping[str, Promise] = {
    DISCONNECTED: _("a new connection (the account there was closed or disconnected)"),
    "external_account": _BANK,
    "bank_account": _BANK,
    "configuration.recipient.default_outbound_destination": _BANK,
    "defaults.payout_methods": _BANK,
    "business_type": _KIND,
    "entity_type": _KIND,
    "country": _("country"),
    "tos_acceptance": _TERMS,
    "attestations.terms_of_service": _TERMS,
    "attestations.ownership_declaration": _OWNERS,
    "attestations.persons_provided": _MANAGEMENT,
    "attestations.persons_provided.owners": _OWNERS,
    "attestations.persons_provided.ownership_exemption_reason": _OWNERS,
    "attestations.directorship_declaration": _MANAGEMENT,
    "attestations.representative_declaration": _IN_CHARGE,
    "relationship.owner": _OWNERS,
    "relationship.director": _MANAGEMENT,
    "relationship.executive": _MANAGEMENT,
    "relationship.representative": _IN_CHARGE,
    "business_profile": _SUPPORT,
    "business_profile.url": _WEBSITE,
    "business_profile.mcc": _TRADE,
    "business_profile.name": _KNOWN_AS,
    "business_profile.product_description": _SELLS,
    "business_profile.annual_revenue": _TURNOVER,
    "business_profile.monthly_estimated_revenue": _TURNOVER,
    "business_profile.estimated_worker_count": _COMPANY["estimated_worker_count"],
    "defaults.profile.business_url": _WEBSITE,
    "defaults.profile.doing_business_as": _KNOWN_AS,
    "defaults.profile.product_description": _SELLS,
    "configuration.merchant.mcc": _TRADE,
    "configuration.merchant.support": _SUPPORT,
    "configuration.merchant.statement_descriptor": _ON_STATEMENTS,
    "settings.payments.statement_descriptor": _ON_STATEMENTS,
    "contact_email": _EMAIL,
    "contact_phone": _PHONE,
    "interv": _("the answer to a question that Stripe has asked you"),
    **_COMPANY_DOCUMENTS,
}
_MANAGERS = _("About the management")
_SOMEBODY = _("About another person")
# By the first step of a path: whom it is about.
_ABOUT: Mapping[str, tuple[Promise, Mapping[str, Promise]]] = {
    "individual": (_("About you"), _PERSON),
    "representative": (_("About the person in charge"), _PERSON),
    "owners": (_("About the owners"), _PERSON),
    "directors": (_MANAGERS, _PERSON),
    "executives": (_MANAGERS, _PERSON),
    "authorizers": (_SOMEBODY, _PERSON),
    "legal_guardian": (_SOMEBODY, _PERSON),
    "persons": (_SOMEBODY, _PERSON),
    "person": (_SOMEBODY, _PERSON),
    "company": (_("About the company"), _COMPANY),
    "business_details": (_("About the company"), _COMPANY),
}
_IN_GENERAL = (_("For the account"), _ACCOUNT)
# Somebody Stripe knows already, or something it has asked, by a number of its own.
_NUMBERED = re.compile(r"\b(person|interv)_\w+")
_SCRIPT = re.compile(r"_kan(a|ji)\b")


@dataclass(frozen=True, slots=True)
class Thing:
    """why: what was wrong with what was given, if something was."""

    what: str
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Asked:
    about: str
    things: Sequence[Thing]


def asked_for(missing: Sequence[str]) -> list[Asked]:
    """missing: as a PayeeView has it. Each thing is named once; people come before the account."""
    groups: dict[str, dict[str, dict[str, None]]] = {
        str(about): {} for about, _table in _ABOUT.values()
    }
    for entry in missing:
        name, *codes = entry.split(" ")
        about, what = _words(name)
        reasons = groups.setdefault(about, {}).setdefault(what, {})
        reasons.update(dict.fromkeys(why(code) for code in codes))
    return [
        Asked(about, [Thing(what, list(reasons)) for what, reasons in things.items()])
        for about, things in groups.items()
        if things
    ]


def _words(name: str) -> tuple[str, str]:
    """Whom it is about, and what it is."""
    path = _SCRIPT.sub("", _NUMBERED.sub(r"\1", name.removeprefix("identity.")))
    first, _dot, rest = path.partition(".")
    (about, words), path = (_ABOUT[first], rest) if first in _ABOUT else (_IN_GENERAL, path)
    return str(about), str(_longest(path.removeprefix("person."), words) or name)


def _longest(path: str, words: Mapping[str, Promise]) -> Promise | None:
    """Of the steps of a path from its beginning, the most that are known."""
    steps = path.split(".")
    heads = (".".join(steps[:count]) for count in range(len(steps), 0, -1))
    return next((words[head] for head in heads if head in words), None)
