"""The composition root: Settings in, a wired bot out; every part can be replaced by argument."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import aiohttp

from bot.condition import Condition
from bot.lacks import find_lacks
from bot.oauth import make_tenancy
from bot.router import Router, find_abilities
from bot.running import Ability
from bot.settings import Settings
from bot.slack.admission import Admission
from bot.slack.emoji import Emoji
from bot.slack.gateway import Gateway
from bot.slack.hometab import HomeTab
from bot.slack.install import Installer
from bot.slack.lately import Lately
from bot.slack.voice import Voice
from bot.slack.workspaces import Workspaces
from bot.worker import Ending
from pipelines.answering.wording import Wording
from pipelines.core.boards import Tracker
from pipelines.core.chat import Chat
from pipelines.core.errors import Refused
from pipelines.core.models import Model
from pipelines.core.prompts import load
from pipelines.core.stops import Stopper
from pipelines.desk.desk import Desk, Filing
from pipelines.drafting.by_model import ModelWriter
from pipelines.drafting.compose import compose
from pipelines.knowledge.library import Library
from pipelines.llm import none, scripted
from pipelines.llm.meter import Meter
from pipelines.policy.choices import Defaults
from pipelines.policy.house import House
from pipelines.trackers import absent, trello
from storage.audit import Audit
from storage.database import Database
from storage.drafts import Drafts
from storage.inbox import Inbox
from storage.knowledge import Knowledge
from storage.ledger import Ledger
from storage.links import Links
from storage.notes import Notes
from storage.outgoing import Outgoing
from storage.preferences import Preferences
from storage.reactions import Reactions
from storage.talks import Talks
from storage.threads import Threads
from storage.traces import Traces
from storage.votes import Votes

TOOLS = ("chat", "drafts", "links", "votes", "library", "house", "threads", "tracker", "condition")


@dataclass(frozen=True)
class Parts:
    """Everything the processes are made of. Replace one with dataclasses.replace before `abilities` are wired."""

    settings: Settings
    database: Database
    inbox: Inbox
    threads: Threads
    drafts: Drafts
    links: Links
    notes: Notes
    votes: Votes
    audit: Audit
    workspaces: Workspaces
    installer: Installer | None
    chat: Chat
    home: HomeTab
    voice: Voice
    house: House
    talks: Talks
    admission: Admission
    condition: Condition
    tracker: Tracker
    library: Library
    ledger: Ledger
    models: Meter
    modules: Mapping[str, ModuleType]
    router: Router


def make_parts(settings: Settings, session: aiohttp.ClientSession) -> Parts:
    """The parts as the settings ask for them. Nothing is contacted yet."""
    database = Database.connect(settings.database)
    audit = Audit(database)
    tenancy = make_tenancy(settings, database, audit, session)
    workspaces = tenancy.workspaces
    modules = find_abilities()
    ledger = Ledger(database)
    house, talks = make_house(settings, database), Talks(database)
    voice = Voice(workspaces, house)
    drafts, notes, inbox, lacks = Drafts(database), Notes(database), Inbox(database), find_lacks(settings)
    models, tracker = Meter(make_model(settings), ledger), make_tracker(settings)
    library = Library(settings.repos, settings.data / "repositories", Knowledge(database))
    return Parts(
        settings=settings,
        database=database,
        inbox=inbox,
        threads=Threads(database),
        drafts=drafts,
        links=Links(database),
        notes=notes,
        votes=Votes(database),
        audit=audit,
        workspaces=workspaces,
        installer=tenancy.installer,
        chat=Gateway(workspaces, Outgoing(database), audit, house.veil, voice),
        home=HomeTab(
            workspaces,
            drafts,
            notes,
            voice,
            Lately(audit, ledger),
            approvers=settings.approvers,
            lacks=lacks,
            helps=find_helps(modules),
        ),
        voice=voice,
        house=house,
        talks=talks,
        admission=Admission(workspaces, house, talks),
        condition=Condition(inbox=inbox, library=library, models=models, tracker=tracker, lacks=lacks),
        tracker=tracker,
        library=library,
        ledger=ledger,
        models=models,
        modules=modules,
        router=Router(modules),
    )


def make_house(settings: Settings, database: Database) -> House:
    """What was chosen in Slack, over what the settings say."""
    defaults = Defaults(
        filing=settings.filing, guests=settings.guests, strangers=settings.strangers, bots=settings.bots
    )
    return House(Preferences(database), defaults, settings.approvers, settings.configurers)


def make_tracker(settings: Settings) -> Tracker:
    """The board of the settings, or one that says in words that there is none."""
    if not settings.has_trello:
        return absent.connect()
    return trello.connect(
        settings.trello_api_key.get_secret_value(),
        settings.trello_token.get_secret_value(),
        settings.trello_api_secret.get_secret_value(),
        settings.trello_api_url,
        board=settings.trello_board,
        list_name=settings.trello_list,
    )


def make_model(settings: Settings) -> Model:
    """The model of the settings, or the absence of one. Nothing is contacted. Raises Refused with a sentence."""
    provider, _, name = settings.model.partition(":")
    match provider:
        case "scripted":
            return scripted.connect(name)
        case "openai":
            key = settings.openai_api_key.get_secret_value()
            return _plug(provider).connect(name, key, settings.openai_base_url)  # type: ignore[no-any-return]
        case "local":
            return _plug(provider).connect(name, settings.model_url)  # type: ignore[no-any-return]
        case _:
            return none.connect()


def _plug(name: str) -> ModuleType:
    """A module of pipelines/llm, imported only when it is chosen: it needs an SDK that not everybody has."""
    try:
        return importlib.import_module(f"pipelines.llm.{name}")
    except ModuleNotFoundError as missing:
        raise Refused(
            f"LEADHAND_MODEL={name}:... needs the Python package {missing.name}: install leadhand[openai]."
        ) from None


def wire_abilities(parts: Parts, stopper: Stopper) -> tuple[dict[str, Ability], dict[str, Ending]]:
    """Each ability with the parts that its `run` names as keyword arguments, and so what shows that it was ended."""
    tools = {name: getattr(parts, name) for name in TOOLS} | {
        "desk": make_desk(parts),
        "standing": parts.admission.standing,
        "unknown_emoji": Emoji(parts.workspaces).unknown,
        "compose": compose,
        "models": parts.models,
        "helps": find_helps(parts.modules),
        "apart": parts.workspaces.many,
        "stopper": stopper,
        "wording": Wording(parts.models, load("qa"), parts.settings.model_seconds),
    }
    endings = {name: module.ended for name, module in parts.modules.items() if hasattr(module, "ended")}
    return (
        {name: _wire(module.run, tools) for name, module in parts.modules.items()},
        {name: _wire(ended, tools) for name, ended in endings.items()},
    )


def find_stoppable(modules: Mapping[str, ModuleType]) -> dict[str, frozenset[str]]:
    """The verbs of each ability that may be ended half-way."""
    return {name: getattr(module, "STOPPABLE", frozenset()) for name, module in modules.items()}


def make_desk(parts: Parts) -> Desk:
    """What every ability that handles drafts uses."""
    return Desk(
        chat=parts.chat,
        tracker=parts.tracker,
        drafts=parts.drafts,
        links=parts.links,
        threads=parts.threads,
        audit=parts.audit,
        filing=Filing(directly=parts.house.files_directly, approvers=parts.settings.approvers),
        compose=compose,
        writer=ModelWriter(parts.models, load("ticket"), parts.settings.model_seconds),
        inbox=parts.inbox,
        reactions=Reactions(parts.database),
        traces=Traces(parts.database),
    )


def find_helps(modules: Mapping[str, ModuleType]) -> tuple[str, ...]:
    """What each ability says of itself."""
    return tuple(
        str(module.HELP) for module in sorted(modules.values(), key=_doors, reverse=True) if module.HELP.strip()
    )


def _doors(module: ModuleType) -> int:
    """The ability with the most doors is the one that people come for."""
    return sum(len(door) for door in module.TRIGGERS.model_dump().values())


def _wire(run: Callable[..., Any], tools: Mapping[str, Any]) -> Callable[..., Any]:
    wanted = [p.name for p in inspect.signature(run).parameters.values() if p.kind is p.KEYWORD_ONLY]
    return functools.partial(run, **{name: tools[name] for name in wanted})
