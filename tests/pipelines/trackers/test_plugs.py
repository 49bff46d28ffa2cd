"""Every module of the folder that can connect makes a tracker of the port's exact form; all others are its parts."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

from pipelines import trackers
from pipelines.core.boards import Tracker
from pipelines.trackers.reports import sign

MODULES = [
    importlib.import_module(f"pipelines.trackers.{found.name}") for found in pkgutil.iter_modules(trackers.__path__)
]
PLUGS = {module.__name__.rpartition(".")[2]: module for module in MODULES if hasattr(module, "connect")}
PORT = {name: method for name, method in vars(Tracker).items() if not name.startswith("_")}


def test_the_folder_holds_the_known_plugs() -> None:
    assert {"absent", "memory", "trello"} <= set(PLUGS)


@pytest.mark.parametrize("name", PLUGS)
async def test_a_plug_has_every_method_of_the_port(name: str) -> None:
    needed = inspect.signature(PLUGS[name].connect).parameters.values()
    tracker: Any = PLUGS[name].connect(*("x" for value in needed if value.default is inspect.Parameter.empty))
    for method, wanted in PORT.items():
        found = getattr(tracker, method)
        assert inspect.iscoroutinefunction(found) == inspect.iscoroutinefunction(wanted), method
        given = list(inspect.signature(wanted).parameters)[1:]
        assert list(inspect.signature(found).parameters)[: len(given)] == given, method
    unsigned = sign("", b"{}", "https://bot.example/")
    assert tracker.verify(b"{}", unsigned, "https://bot.example/") is False, "no secret, no trust"
    await tracker.close()
    await tracker.close()
