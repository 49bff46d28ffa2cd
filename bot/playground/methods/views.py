"""Web API methods that open and change modals and App Home."""

from typing import Any

from bot.playground.calls import Call, Method
from bot.playground.refusal import Refused
from bot.playground.store import Document


def open_view(call: Call) -> Document:
    """views.open: in exchange for a trigger id."""
    call.required("view", "trigger_id")
    trigger = call.triggers.exchange(call.text("trigger_id"))
    opened = call.views.open(trigger.user, _view(call))
    trigger.used = True
    return {"view": opened}


def push(call: Call) -> Document:
    """views.push: on top of the modal that is open."""
    call.required("view", "trigger_id")
    trigger = call.triggers.exchange(call.text("trigger_id"))
    pushed = call.views.push(trigger.user, _view(call))
    trigger.used = True
    return {"view": pushed}


def update(call: Call) -> Document:
    """views.update: by view_id or external_id."""
    call.required("view")
    view_id = call.text("view_id")
    if not view_id:
        call.required("external_id")
        found = call.views.by_external_id(call.text("external_id"))
        if found is None:
            raise Refused("not_found")
        view_id = found[1]["id"]
    return {"view": call.views.update(view_id, _view(call), call.text("hash") or None)}


def publish(call: Call) -> Document:
    """views.publish: one person's App Home tab."""
    call.required("view", "user_id")
    user = call.user("user_id")
    return {"view": call.views.publish_home(user["id"], _view(call), call.text("hash") or None)}


def _view(call: Call) -> Any:
    return call.structure("view")


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
