from __future__ import annotations

import json

from apps.sandbox import commands
from apps.sandbox.http import Request, Response, Route, json_response
from apps.sandbox.world import World


def post(world: World, request: Request) -> Response:
    """`{"command": "pay", "session": "cs_…"}` → `{"answer": …}`, or 400 with an error."""
    try:
        given = json.loads(request.body)
        answer = commands.run(world, given.pop("command"), given)
    except (ValueError, KeyError, commands.BadCommand) as error:
        return json_response(400, {"error": str(error)})
    return json_response(200, {"answer": answer})


PAGES = (Route("POST", "/control", "control", post),)
