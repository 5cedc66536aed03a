from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import transaction

from apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class NewUser:
    email: str
    password: str
    name: str = ""
    language: str = "en"


@transaction.atomic
def add_user(new: NewUser) -> User:
    """Somebody whose address is known to be theirs: it is verified, so they can sign in at once."""
    user = User.objects.create_user(new.email, new.password, name=new.name, language=new.language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def add_operator(new: NewUser) -> User:
    """Who runs the platform."""
    user = add_user(new)
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    return user
