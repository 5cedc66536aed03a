"""Why Stripe asks once more for what it was given: its codes, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ADDRESS = _("This address cannot be found. Street, postcode and town have to fit together.")
_WHERE_YOU_ARE = _("Give the place where you really are: no mail box and no address of a service.")
_SHOWN_NAME = _("Stripe does not accept this name. Give the one that you are known by.")
_AGE = _("The date of birth cannot be right, or the person is too young.")
_DESCRIPTION = _("Say in a sentence of your own what you sell.")
_STATEMENT = _("Stripe does not accept this text on card statements. Take your name.")
_NUMBER = _("The number is not known to the office that gives it. Check each digit.")
_TERMS = _("The terms have to be accepted again.")
_URL = _("This address of a website cannot be used. Check it, or give another page of yours.")
_SITE_UNREACHABLE = _(
    "The website cannot be opened. It has to be there for everybody, without a password."
)
_SITE_UNFINISHED = _(
    "The website is not finished, or says too little about what you sell and who you are."
)
_SITE_TERMS = _(
    "The website does not say what buyers have to know: terms, refunds and how to reach you."
)
_VALUE = _("Stripe could not accept what was given. Check it, or give it once more.")
_NOT_THE_SAME = _("The document says something else than what was typed. Correct one of the two.")
_NOT_ON_IT = _("Something is missing on the document. Send one on which all of it can be read.")
_UNREADABLE = _(
    "The document could not be read. Send a sharp picture of the whole page, in colour."
)
_KIND_OF_DOCUMENT = _("Stripe does not take this kind of document. Choose another one.")
_EXPIRED = _("The document has expired. Send one that is valid.")
_TWO_SIDES = _("One side of the document is missing. Send its front and its back.")
_TWICE = _("The same document was sent twice. Send a second one of another kind.")
_NOT_REAL = _("Stripe does not believe this document. Send a photo of the original.")
_NOT_SIGNED = _("The document is not signed.")
_TOO_LARGE = _("The file is too large.")
_UPLOAD = _("The file did not arrive. Send it once more.")
_NOT_CONFIRMED = _(
    "What was given could not be confirmed. Check it, or send a document that shows it."
)
_PEOPLE = _(
    "The people named are not those in the register. Name all owners and managers, and nobody else."
)
_ANOTHER = _("Stripe needs one more document about the company.")
_AUTHORITY = _("It is not shown yet that this person may act for the company.")
_FACE = _("The photo of the face does not fit the document. Take it once more, in good light.")
_NOT_OFFERED = _("Stripe does not pay out for this kind of business. Ask Stripe.")

_BY_CODE: Mapping[str, Promise] = {
    "invalid_address_city_state_postal_code": _ADDRESS,
    "invalid_street_address": _ADDRESS,
    "unresolvable_postal_code": _ADDRESS,
    "invalid_address_cmra_address": _WHERE_YOU_ARE,
    "invalid_address_highway_contract_box": _WHERE_YOU_ARE,
    "invalid_address_private_mailbox": _WHERE_YOU_ARE,
    "invalid_address_registered_agent_address": _WHERE_YOU_ARE,
    "verification_failed_residential_address": _WHERE_YOU_ARE,
    "invalid_business_profile_name": _SHOWN_NAME,
    "invalid_business_profile_name_denylisted": _SHOWN_NAME,
    "invalid_company_name_denylisted": _SHOWN_NAME,
    "invalid_representative_country": _(
        "The person in charge lives in a country that Stripe does not accept here."
    ),
    "invalid_tax_id": _NUMBER,
    "invalid_tax_id_format": _NUMBER,
    "verification_failed_tax_id_not_issued": _NUMBER,
    "verification_failed_business_iec_number": _NUMBER,
    "invalid_tos_acceptance": _TERMS,
    "unresolvable_ip_address": _TERMS,
    "invalid_url_website_inaccessible": _SITE_UNREACHABLE,
    "invalid_url_website_inaccessible_geoblocked": _SITE_UNREACHABLE,
    "invalid_url_website_inaccessible_password_protected": _SITE_UNREACHABLE,
    "invalid_url_website_empty": _SITE_UNFINISHED,
    "invalid_url_website_incomplete": _SITE_UNFINISHED,
    "invalid_url_website_incomplete_under_construction": _SITE_UNFINISHED,
    "invalid_url_website_business_information_mismatch": _SITE_UNFINISHED,
    "verification_document_expired": _EXPIRED,
    "verification_document_failed_copy": _UNREADABLE,
    "verification_document_failed_greyscale": _UNREADABLE,
    "verification_document_not_readable": _UNREADABLE,
    "verification_document_corrupt": _UNREADABLE,
    "verification_document_incomplete": _UNREADABLE,
    "verification_document_missing_back": _TWO_SIDES,
    "verification_document_missing_front": _TWO_SIDES,
    "verification_document_duplicate_type": _TWICE,
    "verification_document_country_not_supported": _KIND_OF_DOCUMENT,
    "verification_document_type_not_supported": _KIND_OF_DOCUMENT,
    "verification_document_invalid": _KIND_OF_DOCUMENT,
    "verification_document_failed_test_mode": _KIND_OF_DOCUMENT,
    "verification_document_fraudulent": _NOT_REAL,
    "verification_document_manipulated": _NOT_REAL,
    "verification_document_not_signed": _NOT_SIGNED,
    "verification_document_too_large": _TOO_LARGE,
    "verification_document_not_uploaded": _UPLOAD,
    "verification_token_stale": _UPLOAD,
    "verification_document_failed_other": _UNREADABLE,
    "verification_document_directors_mismatch": _PEOPLE,
    "verification_directors_mismatch": _PEOPLE,
    "verification_extraneous_directors": _PEOPLE,
    "verification_missing_directors": _PEOPLE,
    "verification_missing_executives": _PEOPLE,
    "verification_missing_owners": _PEOPLE,
    "verification_failed_representative_authority": _AUTHORITY,
    "verification_supportability": _NOT_OFFERED,
}
# Of many codes of one kind the first steps say enough; the longer ones stand first.
_BY_BEGINNING: Mapping[str, Promise] = {
    "invalid_dob_": _AGE,
    "invalid_product_description_": _DESCRIPTION,
    "invalid_statement_descriptor_": _STATEMENT,
    "invalid_url_website_incomplete_": _SITE_TERMS,
    "invalid_url_": _URL,
    "verification_requires_additional_": _ANOTHER,
    "verification_selfie_": _FACE,
    "verification_failed_": _NOT_CONFIRMED,
}


def why(code: str) -> str:
    """A code that is new says at least that what was given did not do."""
    if code in _BY_CODE:
        return str(_BY_CODE[code])
    if code.startswith("verification_document_"):
        return str(_NOT_ON_IT if code.endswith("_missing") else _NOT_THE_SAME)
    found = (words for start, words in _BY_BEGINNING.items() if code.startswith(start))
    return str(next(found, _VALUE))
