"""Weeks and months as a calendar has them."""

from __future__ import annotations

from datetime import date, timedelta

from apps.exports.models.schedule import Every


def first_of(day: date, every: str) -> date:
    """The first day of the week or month this day is in."""
    if every == Every.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1)


def after(first: date, every: str) -> date:
    """The first day of the next one."""
    if every == Every.WEEK:
        return first + timedelta(days=7)
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def before(first: date, every: str) -> date:
    return first_of(first - timedelta(days=1), every)
