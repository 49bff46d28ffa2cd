"""Which ability hears what."""

import pytest

from bot.router import Router, find_abilities


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(find_abilities())


@pytest.mark.parametrize(
    ("said", "ability", "verb", "rest"),
    [
        ("file this", "ticket", "draft", ""),
        ("File this!", "ticket", "draft", ""),
        ("please file this", "ticket", "draft", ""),
        ("hey, can you file this please", "ticket", "draft", ""),
        ("file this: the export hangs on Safari", "ticket", "draft", "the export hangs on Safari"),
        ("file a ticket: login is slow", "ticket", "draft", "login is slow"),
        ("ticket the search box eats umlauts", "ticket", "draft", "the search box eats umlauts"),
        ("ticket", "ticket", "draft", ""),
        ("create a ticket - invoices show 0.00", "ticket", "draft", "invoices show 0.00"),
        ("help", "help", "help", ""),
        ("HELP me", "help", "help", "me"),
        ("", "help", "empty", ""),
        ("   ", "help", "empty", ""),
        ("triage the export bug", "triage", "assess", "the export bug"),
        ("ask where is the cart?", "qa", "answer", "where is the cart?"),
        ("how does token refresh work?", "qa", "answer", "how does token refresh work?"),
        ("file uploads fail, why?", "qa", "answer", "file uploads fail, why?"),
        ("ticketing is broken?", "qa", "answer", "ticketing is broken?"),
    ],
)
def test_a_mention_goes_by_its_first_words(router: Router, said: str, ability: str, verb: str, rest: str) -> None:
    route = router.mention(said)
    assert (route.ability, route.verb, route.text) == (ability, verb, rest)


def test_emoji_skin_tones_are_the_same_emoji_and_others_mean_nothing(router: Router) -> None:
    route = router.reaction("ticket::skin-tone-3")
    assert route is not None
    assert (route.ability, route.verb) == ("ticket", "draft")
    assert router.reaction("tada") is None


def test_shortcuts_go_by_callback_id(router: Router) -> None:
    for shortcut, ability, verb in (
        ("ticket_from_message", "ticket", "draft"),
        ("triage_from_message", "triage", "assess_message"),
    ):
        route = router.shortcut(shortcut)
        assert route is not None
        assert (route.ability, route.verb) == (ability, verb)
    assert router.shortcut("burn_it") is None


@pytest.mark.parametrize(
    ("text", "ability", "verb"),
    [
        ("", "help", "help"),
        ("  Help ", "help", "help"),
        ("status", "status", "tell"),
        ("settings emoji :bug:", "preferences", "settings"),
        ("nonsense", "help", "unknown"),
        ("helpme", "help", "unknown"),
    ],
)
def test_a_command_goes_by_its_first_word_and_an_unknown_one_is_unknown(
    router: Router, text: str, ability: str, verb: str
) -> None:
    route = router.command("/leadhand", text)
    assert (route.ability, route.verb) == (ability, verb)


@pytest.mark.parametrize(("button", "verb"), [("ticket_file", "file"), ("ticket_undo", "undo"), ("solve_try", None)])
def test_buttons_go_by_action_id(router: Router, button: str, verb: str | None) -> None:
    route = router.button(button)
    assert (route.verb if route else None) == verb


def test_every_ability_has_the_form_of_one() -> None:
    for name, module in find_abilities().items():
        assert module.__doc__, name
        assert module.HELP.strip(), name
        assert callable(module.run), name
        doors = module.TRIGGERS.model_dump()
        assert any(doors.values()), f"{name} has no door"


def test_no_door_leads_to_two_abilities() -> None:
    seen: dict[tuple[str, str], str] = {}
    for name, module in find_abilities().items():
        for door in ("words", "commands", "reactions", "buttons", "forms"):
            for word in getattr(module.TRIGGERS, door):
                assert seen.setdefault((door, word), name) == name
