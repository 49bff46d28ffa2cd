"""An arrival becomes an ask for an ability: the door is forgotten here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.router import Route, Router
from pipelines.core.asks import Ask, Place
from storage.inbox import Arrival

Payload = Mapping[str, Any]


def read_arrival(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    """The ability's name and the ask; None when no ability listens at that door."""
    return DOORS[arrival.kind](arrival, router)


def _mention(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    said = arrival.payload
    root = said["thread_ts"]
    return _ask(
        arrival,
        router.mention(said["text"]),
        thread_ts=root or said["ts"],
        ts=root,
        asked_ts=said["ts"],
        at=float(said["ts"]),
        openly=True,
        bot=tuple(said.get("bot", ())),
        home=said.get("home", ""),
    )


def _continuation(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    said = arrival.payload
    root = said["thread_ts"]
    about = {"ts": said["ts"], "asked_ts": said["ts"], "at": float(said["ts"]), "value": said["value"]}
    route = router.continuation(said["topic"], said["text"])
    earlier = tuple(said.get("earlier", ()))
    return _ask(arrival, route, thread_ts=root, openly=True, home=said["home"], earlier=earlier, **about)


def _reworded(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    # Said in a thread where no mention is needed, or with one.
    found = (_continuation if "topic" in arrival.payload else _mention)(arrival, router)
    return found and (found[0], found[1].model_copy(update={"amends": arrival.payload["amends"]}))


def _reaction(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    said = arrival.payload
    about = {"ts": said["ts"], "asked_ts": said["ts"], "at": float(said["at"]), "emoji": said["name"]}
    return _ask(arrival, router.reaction(said["name"]), **about)


def _unreaction(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    said = arrival.payload
    about = {"ts": said["ts"], "at": float(said["at"]), "emoji": said["name"]}
    return _ask(arrival, router.unreaction(said["name"]), **about)


def _change(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    said = arrival.payload
    thread_ts = said["thread_ts"] or said["ts"]
    return _ask(arrival, router.change(arrival.kind), thread_ts=thread_ts, ts=said["ts"], at=float(said["at"]))


def _shortcut(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    said = arrival.payload
    about = {"ts": said["ts"], "asked_ts": said["ts"], "at": float(said["at"]), "reply_url": said["reply_url"]}
    return _ask(arrival, router.shortcut(said["name"]), thread_ts=said["thread_ts"], **about)


def _command(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    said = arrival.payload
    return _ask(arrival, router.command(said["command"], said["text"]), reply_url=said["reply_url"])


def _press(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    said = arrival.payload
    about = {"ts": said["ts"], "at": float(said.get("at") or 0), "value": said["value"]}
    return _ask(arrival, router.button(said["action_id"]), thread_ts=said["thread_ts"], **about)


def _form(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    said = arrival.payload
    about = {"value": said["value"], "values": said["values"], "reply_url": said.get("reply_url", "")}
    found = _ask(arrival, router.form(said["form"]), **about)
    # A field of this name holds what the person asks for, in their own words.
    return found and (found[0], found[1].model_copy(update={"text": said["values"].get("words", "")}))


def _board(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    return _ask(arrival, router.board(), values=arrival.payload["move"])


def _ask(arrival: Arrival, route: Route | None, *, thread_ts: str = "", **fields: Any) -> tuple[str, Ask] | None:
    if route is None:
        return None
    said = arrival.payload
    place = Place(team=said.get("team", ""), channel=said.get("channel", ""), thread_ts=thread_ts)
    ask = Ask(key=arrival.key, verb=route.verb, place=place, user=said.get("user", ""), text=route.text, **fields)
    return route.ability, ask


def _stop(arrival: Arrival, router: Router) -> tuple[str, Ask] | None:
    return _ask(arrival, router.stopped(), thread_ts=arrival.payload["thread_ts"])


DOORS: Mapping[str, Callable[[Arrival, Router], tuple[str, Ask] | None]] = {
    "mention": _mention,
    "continuation": _continuation,
    "reaction": _reaction,
    "shortcut": _shortcut,
    "command": _command,
    "press": _press,
    "form": _form,
    "board": _board,
    "stop": _stop,
    "reask": _reworded,
    "unreaction": _unreaction,
    "edit": _change,
    "deletion": _change,
    "opened": _change,
    "gone": _change,
}
