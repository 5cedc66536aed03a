from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.stripe import accounts, params
from apps.sandbox.stripe.call import Call
from apps.sandbox.stripe.errors import InvalidParam

_PARTS = (
    "configuration.customer configuration.merchant configuration.recipient defaults"
    " future_requirements identity requirements"
).split()
_KNOWN = (
    "configuration contact_email contact_phone dashboard defaults display_name identity include"
    " metadata"
).split()


# The newer interface calls the same things by other names.
_NAMES = {
    "business_profile.url": "defaults.profile.business_url",
    "business_type": "identity.entity_type",
    "individual.address.city": "identity.individual.address.city",
    "individual.address.line1": "identity.individual.address.line1",
    "individual.address.postal_code": "identity.individual.address.postal_code",
    "individual.dob.day": "identity.individual.date_of_birth.day",
    "individual.dob.month": "identity.individual.date_of_birth.month",
    "individual.dob.year": "identity.individual.date_of_birth.year",
    "individual.first_name": "identity.individual.given_name",
    "individual.last_name": "identity.individual.surname",
    "individual.verification.document": "identity.individual.documents.primary_verification",
    "tos_acceptance.date": "identity.attestations.terms_of_service.account.date",
    "tos_acceptance.ip": "identity.attestations.terms_of_service.account.ip",
}


def create(call: Call) -> Json:
    given = call.params
    params.only(given, _KNOWN)
    configuration = given.get("configuration") or {}
    if set(configuration) - {"recipient"}:
        raise InvalidParam("The sandbox only knows recipients", param="configuration")
    responsibilities = (given.get("defaults") or {}).get("responsibilities")
    if given.get("dashboard") != "full" and not responsibilities:
        raise InvalidParam("defaults.responsibilities is required", param="defaults")
    row = accounts.make(
        call.world,
        country=(given.get("identity") or {}).get("country", "").upper(),
        email=given.get("contact_email"),
        metadata=params.metadata(given),
    )
    row["_v2"] = {
        "dashboard": given.get("dashboard"),
        "display_name": given.get("display_name"),
        "responsibilities": responsibilities,
        "entity_type": (given.get("identity") or {}).get("entity_type"),
        "recipient": configuration.get("recipient"),
    }
    call.world.store.put("account", row["id"], row)
    return _shown(call, row)


def retrieve(call: Call, key: str) -> Json:
    params.only(call.params, ("include",))
    return _shown(call, accounts.get(call.world, key))


def _shown(call: Call, row: Json) -> Json:
    """Parts that were not asked for by `include` come back null."""
    include = call.params.get("include") or []
    if unknown := set(include) - set(_PARTS):
        raise InvalidParam(f"Invalid include: {', '.join(sorted(unknown))}", param="include")
    own = row["_v2"]
    recipient = own.get("recipient")
    shown: Json = {
        "id": row["id"],
        "object": "v2.core.account",
        "applied_configurations": ["recipient"] if recipient is not None else [],
        "closed": False,
        "configuration": None,
        "contact_email": row["email"],
        "created": row["_created"].replace("Z", ".000Z"),
        "dashboard": own.get("dashboard"),
        "defaults": None,
        "display_name": own.get("display_name"),
        "future_requirements": None,
        "identity": None,
        "livemode": False,
        "metadata": row["metadata"],
        "requirements": None,
    }
    if any(part.startswith("configuration.") for part in include):
        wanted = "configuration.recipient" in include and recipient is not None
        shown["configuration"] = {
            "customer": None,
            "merchant": None,
            "recipient": _recipient(row) if wanted else None,
        }
    if "defaults" in include:
        responsibilities = own.get("responsibilities") or {}
        shown["defaults"] = {
            "currency": row["_currency"],
            "locales": [],
            "profile": None,
            "responsibilities": responsibilities | {"requirements_collector": "stripe"},
        }
    if "identity" in include:
        shown["identity"] = {
            "country": row["country"].lower(),
            "entity_type": own.get("entity_type"),
        }
    if "requirements" in include:
        shown["requirements"] = _requirements(row)
    return shown


def _recipient(row: Json) -> Json:
    if row["capabilities"]["transfers"] == "active":
        state: Json = {"status": "active", "status_details": []}
    elif row["details_submitted"]:
        detail = {"code": "determining_status", "resolution": "no_resolution"}
        state = {"status": "pending", "status_details": [detail]}
    else:
        detail = {"code": "requirements_past_due", "resolution": "provide_info"}
        state = {"status": "restricted", "status_details": [detail]}
    balance = {"payouts": state, "stripe_transfers": state}
    return {"applied": True, "capabilities": {"stripe_balance": balance}}


def _requirements(row: Json) -> Json:
    told = row["requirements"]
    entries = [_entry(told, name, "user") for name in told["currently_due"]]
    entries += [_entry(told, name, "stripe") for name in told["pending_verification"]]
    deadline = {"status": "past_due"} if entries else None
    return {"entries": entries, "summary": {"minimum_deadline": deadline} if deadline else None}


def _entry(told: Json, name: str, whose_turn: str) -> Json:
    return {
        "awaiting_action_from": whose_turn,
        "description": _NAMES.get(name, name),
        "errors": [
            {"code": error["code"], "description": error["reason"]}
            for error in told["errors"]
            if error["requirement"] == name
        ],
        "impact": {
            "restricts_capabilities": [
                {
                    "capability": "stripe_balance.stripe_transfers",
                    "configuration": "recipient",
                    "deadline": {"status": "past_due"},
                }
            ]
        },
        "minimum_deadline": {"status": "past_due"},
        "requested_reasons": [{"code": "routine_onboarding"}],
    }
