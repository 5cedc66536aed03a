from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from apps.accounts.models import User


def user_of(request: HttpRequest) -> User:
    """
    :raises PermissionDenied: nobody is signed in; a view that asks is behind `login_required`.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
