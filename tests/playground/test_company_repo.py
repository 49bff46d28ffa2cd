"""The sample company's repository: the same everywhere, and true to what its people say in chat."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from bot.playground.company_repo import HISTORY_FILE, PEOPLE, build, read_history
from bot.playground.seed import COMPANY_FILE

TALK = COMPANY_FILE.read_text("utf-8")


def git(place: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=place, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = asyncio.run(build(tmp_path_factory.mktemp("company")))
    assert made
    return made


async def test_it_is_built_once_and_is_the_same_everywhere(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    head = git(place, "rev-parse", "HEAD")
    again = await build(tmp_path)
    assert again
    assert git(again, "rev-parse", "HEAD") == head
    (again / "mine.txt").write_text("a person's own work", "utf-8")
    assert await build(tmp_path) == again
    assert git(again, "rev-parse", "HEAD") == head
    assert (again / "mine.txt").exists()


async def test_a_build_that_was_broken_off_is_finished(place: Path, tmp_path: Path) -> None:
    (tmp_path / ".larkspur-half").mkdir()
    git(tmp_path / ".larkspur-half", "init", "-q", "-b", "main")
    (tmp_path / ".larkspur-half/rest.txt").write_text("half", "utf-8")
    made = await build(tmp_path)
    assert made
    assert git(made, "rev-parse", "HEAD") == git(place, "rev-parse", "HEAD")


async def test_without_git_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await build(tmp_path) is None


def test_its_people_are_the_company_s(place: Path) -> None:
    names = {user["real_name"] for user in json.loads(TALK)["users"]}
    assert set(git(place, "log", "--format=%an").splitlines()) == set(PEOPLE.values())
    assert set(PEOPLE.values()) <= names
    dates = [step.at for step in read_history()]
    assert dates == sorted(dates)
    assert len(dates) >= 15
    assert HISTORY_FILE.is_file()


@pytest.mark.parametrize(
    ("said", "path", "text"),
    [
        ("setDelivery() builds a new cart and forgets the discount", "shop/web/checkout/cart.ts", "{ plan: cart.plan"),
        ("shop/delivery/calendar.py line 88", "shop/delivery/calendar.py", "month=day.month + 1"),
        ("Damage report screen", "rider-app/lib/damage/report_screen.dart", "setState(() => _photo"),
        ("lib/auth/session.dart", "rider-app/lib/auth/session.dart", "One for each isolate"),
        ("POST /api/checkout/pay isn't idempotent", "shop/checkout/pay.py", "create_intent"),
        ("internal/mileage/job.go", "fleet-api/internal/mileage/job.go", "KilometresOn"),
        ("lock command timed out after 5000ms", "fleet-api/internal/lock/command.go", "timed out after 5000ms"),
        ("CompanyForm.tsx only knows NL", "shop/web/account/CompanyForm.tsx", "NL"),
        ("missing BOM", "shop/admin/export.py", 'encode("utf-8")'),
        ("infra/lb/routes.tf", "infra/lb/routes.tf", "/.well-known/"),
        ("still says 4 hours to charge", "docs/battery.md", "takes 4 hours"),
        (
            "tests/checkout/test_dates.py::test_next_delivery_day",
            "tests/checkout/test_dates.py",
            "def test_next_delivery_day",
        ),
        ("shop 2026.11.2", "shop/VERSION", "2026.11.2"),
    ],
)
def test_what_people_say_of_the_code_is_so(place: Path, said: str, path: str, text: str) -> None:
    assert said in TALK
    assert text in (place / path).read_text("utf-8")


def test_the_line_that_ella_names_is_that_line(place: Path) -> None:
    assert "month=day.month + 1" in (place / "shop/delivery/calendar.py").read_text("utf-8").split("\n")[87]


def test_the_discount_was_kept_a_release_before(place: Path) -> None:
    changes = git(
        place, "log", "-S", "...cart, deliveryDay", "--format=%an %s", "--", "shop/web/checkout/cart.ts"
    ).splitlines()
    assert changes[0] == "Ella Novak checkout: Build a clean cart when the delivery day changes"
