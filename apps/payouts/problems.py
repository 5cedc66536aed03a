"""Why a payout has not arrived, in words an organizer understands. Both providers' codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.payouts.models import Payout
from apps.payouts.states import PayoutState

_NO_ACCOUNT = _("The provider knows no account with this address or number.")
_LOCKED = _("The account is locked, or takes no money. Its owner has to ask the provider.")
_OUR_SIDE = _("This is ours to mend, not yours: the platform sees it.")
_LOOKED_AT = _("The provider looks at this payout before it lets it through. That can take days.")

_BY_CODE: dict[str, Promise] = {
    "RECEIVER_UNREGISTERED": _NO_ACCOUNT,
    "resource_missing": _NO_ACCOUNT,
    "RECEIVER_UNCONFIRMED": _("The address is not confirmed at the provider."),
    "RECEIVER_ACCOUNT_LOCKED": _LOCKED,
    "RECEIVER_REFUSED": _("The account did not take the money."),
    "SELF_PAY_NOT_ALLOWED": _("This is the platform's own account. Name yours."),
    "TRANSACTION_LIMIT_EXCEEDED": _LOOKED_AT,
    "DENIED": _OUR_SIDE,
    "INSUFFICIENT_FUNDS": _OUR_SIDE,
    "balance_insufficient": _OUR_SIDE,
    "NOT_AUTHORIZED": _OUR_SIDE,
    "permission": _OUR_SIDE,
}
_BY_STATE: dict[str, Promise] = {
    PayoutState.HELD: _LOOKED_AT,
    PayoutState.UNCLAIMED: _("Claimed within 30 days it arrives; after that it comes back to us."),
    PayoutState.RETURNED: _("It came back, and is part of what you are owed again."),
    PayoutState.FAILED: _("It was not sent, and is part of what you are owed again."),
}
_ON_ITS_WAY = (PayoutState.APPROVED, PayoutState.SENDING, PayoutState.IN_TRANSIT)


def explain(payout: Payout) -> list[Promise]:
    """The cause and what follows, as far as they are known; nothing while nothing is wrong."""
    code = payout.problem.rpartition(" ")[2]  # of a first try it stands behind its error
    cause, follows = _BY_CODE.get(code), _BY_STATE.get(payout.state)
    if payout.problem and payout.state in _ON_ITS_WAY:
        cause = cause or _OUR_SIDE
    elif follows is None:
        return []
    return [said for said in dict.fromkeys((cause, follows)) if said is not None]
