"""What went wrong, in the one respect that matters: is the mail out?"""

from __future__ import annotations

import smtplib
import socket
from enum import Enum

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from requests.exceptions import ConnectTimeout

MAIL_ERRORS = (AnymailError, smtplib.SMTPException, OSError)

_RETRY_LATER = frozenset(
    {401, 402, 403, 408, 425, 429}
)  # ours to put right, or only a matter of time
_CONFLICT = 409  # our idempotency key is known: it has this mail


class Outcome(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"  # and would be again
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


def judge(error: Exception) -> Outcome:
    if isinstance(error, AnymailAPIError):
        return _judge_answer(error)
    if isinstance(error, AnymailRecipientsRefused | AnymailError):
        return Outcome.REFUSED
    if isinstance(error, smtplib.SMTPException):
        return _judge_smtp(error)
    never_reached = isinstance(error, ConnectionRefusedError | socket.gaierror)
    return Outcome.NOT_SENT if never_reached else Outcome.UNKNOWN


def _judge_answer(error: AnymailAPIError) -> Outcome:
    status = error.status_code
    if status is None:
        return Outcome.NOT_SENT if _no_connection(error) else Outcome.UNKNOWN
    if status == _CONFLICT:
        return Outcome.ACCEPTED
    if status in _RETRY_LATER:
        return Outcome.NOT_SENT
    return Outcome.REFUSED if 400 <= status < 500 else Outcome.UNKNOWN


def _no_connection(error: AnymailAPIError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ConnectTimeout) or "NewConnectionError" in repr(cause)


def _judge_smtp(error: smtplib.SMTPException) -> Outcome:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
        return Outcome.REFUSED if min(codes, default=500) >= 500 else Outcome.NOT_SENT
    if isinstance(error, smtplib.SMTPResponseException):
        # 421 and 4xx: "try again later", said before or instead of taking the mail.
        return Outcome.REFUSED if error.smtp_code >= 550 else Outcome.NOT_SENT
    return Outcome.UNKNOWN
