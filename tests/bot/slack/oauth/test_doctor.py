"""What `leadhand doctor` says of OAuth: where to install, what is installed, which token does not work."""

from __future__ import annotations

from typing import Any

import pytest

from bot import doctor
from bot.settings import Settings
from tests.tenants import OAUTH

LARKSPUR = "T0LARKSPUR"


@pytest.fixture
def examine(playground: Any, sqlite_url: str, capsys: Any) -> Any:
    async def run(**overrides: str) -> tuple[int, str]:
        given = {**playground.environment(), **OAUTH, "DATABASE_URL": sqlite_url, **overrides}
        status = await doctor.run(Settings(_env_file=None, **given))
        return status, next(line for line in capsys.readouterr().out.splitlines() if " slack: " in line)

    return run


async def test_it_names_the_page_then_the_workspaces_then_the_trouble(bot: Any, tenants: Any, examine: Any) -> None:
    status, said = await examine(LEADHAND_PUBLIC_URL="https://bot.example/")
    assert (status, "open https://bot.example/slack/install" in said) == (0, True), said
    await tenants.installs(LARKSPUR)
    status, said = await examine()
    assert (status, f"installed in {LARKSPUR}" in said, "LEADHAND_WORKSPACES" in said) == (0, True, True), said
    assert "LEADHAND_WORKSPACES" not in (await examine(LEADHAND_WORKSPACES=LARKSPUR))[1]
    await tenants.control("uninstall", team=LARKSPUR)
    status, said = await examine()
    assert (status, said.startswith("trouble"), LARKSPUR in said) == (1, True, True), said
    status, said = await examine(LEADHAND_SIGNING_KEYS="")
    assert (status, "leadhand keys" in said) == (1, True), said
