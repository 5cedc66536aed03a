from __future__ import annotations

from apps.sandbox.http import Json
from apps.sandbox.stripe.call import Call, listing, public
from apps.sandbox.stripe.errors import InvalidParam, no_such
from apps.sandbox.stripe.params import integer, only

PAGING = ("limit", "starting_after", "ending_before", "created", "expand")
_LIMIT_MAX = 100


def matching(call: Call, kind: str, filters: tuple[str, ...]) -> list[Json]:
    """Newest first, those that agree with the filters that were given."""
    return call.world.store.newest(
        kind, **{name: call.params[name] for name in filters if name in call.params}
    )


def page(call: Call, rows: list[Json], url: str, *, filters: tuple[str, ...] = ()) -> Json:
    """One page of rows that come newest first, as Stripe pages them."""
    only(call.params, (*PAGING, *filters))
    limit = integer(call.params, "limit", least=1) if "limit" in call.params else 10
    if limit > _LIMIT_MAX:
        raise InvalidParam("Limit must be at most 100", param="limit")
    rows = [row for row in rows if _created_in(call, row)]
    ids = [row["id"] for row in rows]
    if after := call.params.get("starting_after"):
        rows = rows[_index(ids, after, "starting_after") + 1 :]
        return _listing(rows[:limit], url, has_more=len(rows) > limit)
    if before := call.params.get("ending_before"):
        rows = rows[: _index(ids, before, "ending_before")]
        return _listing(rows[-limit:], url, has_more=len(rows) > limit)
    return _listing(rows[:limit], url, has_more=len(rows) > limit)


def _listing(rows: list[Json], url: str, *, has_more: bool) -> Json:
    return listing([public(row) for row in rows], url, has_more=has_more)


def _index(ids: list[str], key: str, param: str) -> int:
    if key not in ids:
        raise no_such("object", key, param=param)
    return ids.index(key)


def _created_in(call: Call, row: Json) -> bool:
    wanted = call.params.get("created")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return bool(row["created"] == int(wanted))
    only(wanted, ("gt", "gte", "lt", "lte"), inside="created")
    at = row["created"]
    return bool(
        at > int(wanted.get("gt", -1))
        and at >= int(wanted.get("gte", 0))
        and at < int(wanted.get("lt", 1 << 62))
        and at <= int(wanted.get("lte", 1 << 62))
    )
