from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import now

from apps.accounts.models import User
from apps.ops.examination import Finding, examine, examine_database, send_test_mail


class Command(BaseCommand):
    help = "Checks that everything a real shop needs is there, and says what to do about the rest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--operator",
            metavar="E-MAIL",
            help="make this person a platform operator; they set a password by “forgot password”",
        )

        parser.add_argument("--mail", metavar="E-MAIL", help="send a test mail to this address")

    def handle(self, *_args: Any, **options: Any) -> None:
        database = examine_database()
        self._tell(database)
        if not database.ok:
            raise CommandError("Everything else is looked at when that is well.")
        if options["operator"]:
            self._make_operator(options["operator"].lower())
        findings = list(examine(at=now()))
        if options["mail"]:
            findings.append(send_test_mail(options["mail"]))
        for finding in findings:
            self._tell(finding)
        if not User.objects.filter(is_staff=True, is_active=True).exists():
            raise CommandError("There is no operator yet: `manage.py doctor --operator you@…`")
        if not all(finding.ok for finding in findings):
            raise CommandError("Not everything is well.")

    def _tell(self, finding: Finding) -> None:
        self.stdout.write(f"{'ok ' if finding.ok else 'BAD'}  {finding.what}")
        if finding.advice:
            self.stdout.write(f"     -> {finding.advice}")

    @transaction.atomic
    def _make_operator(self, email: str) -> None:
        user = User.objects.filter(email=email).first() or User.objects.create_user(email)
        User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
        EmailAddress.objects.update_or_create(
            user=user, email=email, defaults={"verified": True, "primary": True}
        )
        self.stdout.write(f"ok   {email} is an operator")
