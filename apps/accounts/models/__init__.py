from apps.accounts.models.api_key import ApiKey
from apps.accounts.models.club import ClubMember
from apps.accounts.models.fees import FeeTerms
from apps.accounts.models.legal import LegalTexts
from apps.accounts.models.organizer import Invitation, Membership, Organizer
from apps.accounts.models.payout_method import PayoutMethod
from apps.accounts.models.user import User

__all__ = [
    "ApiKey",
    "ClubMember",
    "FeeTerms",
    "Invitation",
    "LegalTexts",
    "Membership",
    "Organizer",
    "PayoutMethod",
    "User",
]
