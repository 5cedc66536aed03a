"""Values travel beside their statement, and the statement stays prepared."""

from __future__ import annotations

import pytest
from django.db import connection

from apps.orders.models import Order

pytestmark = pytest.mark.django_db


def answer(statement: str, *values: str | int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (found,) = cursor.fetchone()
        return found


def test_numbers_are_as_wide_as_if_they_were_written_out() -> None:
    assert answer("SELECT %s + %s", 32_767, 1) == 32_768
    assert answer("SELECT %s + %s", 2**31, 1) == 2**31 + 1
    assert answer("SELECT pg_typeof(%s)::text", -32_768) == "integer"
    assert answer("SELECT pg_typeof(%s)::text", 2**31) == "bigint"
    assert answer("SELECT pg_typeof(%s)::text", 2**63) == "numeric"


def test_what_is_asked_often_is_prepared() -> None:
    known = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"
    for _ in range(7):
        Order.objects.filter(reference="NOBODY").exists()
    assert answer(known, '%"orders_order"."reference" = $%') == 1
