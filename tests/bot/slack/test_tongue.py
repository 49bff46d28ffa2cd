"""The bot's own words in another language, and nobody else's."""

import pytest

from bot.slack.tongue import Catalog

CATALOG = Catalog(
    {
        "Actual": "Ist",
        "Open questions": "Offene Fragen",
        "File": "Ablegen",
        "Trello cannot be reached.": "Trello ist nicht erreichbar.",
        "{words} I keep trying; nothing is lost.": "{words} Ich versuche es weiter; nichts geht verloren.",
        "This is already filed: {url}": "Das ist schon abgelegt: {url}",
        "Not filed. {words}": "Nicht abgelegt. {words}",
        "asked for by {who}": "erbeten von {who}",
        "Bug": "Fehler",
        "Which steps lead to it, starting from {part}?": "Welche Schritte führen dorthin, ab {part}?",
        "React & press <File>": "Reagiere & drücke <Ablegen>",
        "{count} of {all} files": "{count} von {all} Dateien",
        "Goes along: {files}": "Kommt mit: {files}",
        "1 image": "1 Bild",
        "{count} other files": "{count} andere Dateien",
    }
)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Trello cannot be reached.", "Trello ist nicht erreichbar."),
        ("Trello cannot be reached", "Trello cannot be reached"),
        ("This is already filed: https://trello.com/c/1", "Das ist schon abgelegt: https://trello.com/c/1"),
        (
            "Trello cannot be reached. I keep trying; nothing is lost.",
            "Trello ist nicht erreichbar. Ich versuche es weiter; nichts geht verloren.",
        ),
        ("Not filed. Trello cannot be reached.", "Nicht abgelegt. Trello ist nicht erreichbar."),
        ("3 of 14 files", "3 von 14 Dateien"),
        (":beetle: Bug · asked for by <@U1>", ":beetle: Fehler · erbeten von <@U1>"),
        ("*Actual*\nActual\nNot filed. Nothing works", "*Ist*\nActual\nNot filed. Nothing works"),
        (
            "*Open questions*\n• Which steps lead to it, starting from checkout?",
            "*Offene Fragen*\n• Welche Schritte führen dorthin, ab checkout?",
        ),
        ("Trello cannot be reached.\n> File\n```\nFile\n```", "Trello ist nicht erreichbar.\n> File\n```\nFile\n```"),
        ("React &amp; press &lt;File&gt;", "Reagiere &amp; drücke &lt;Ablegen&gt;"),
        ("Goes along: 1 image, 3 other files", "Kommt mit: 1 Bild, 3 andere Dateien"),
        ("Goes along: 1 image, a surprise", "Kommt mit: 1 image, a surprise"),
        ("", ""),
        ("{words}", "{words}"),
    ],
)
def test_our_words_are_said_and_theirs_are_left(english: str, german: str) -> None:
    assert CATALOG.say_all(english) == german


def test_blocks_are_shown_with_their_ids_and_values_untouched() -> None:
    button = {
        "type": "button",
        "action_id": "File",
        "value": "File",
        "text": {"type": "plain_text", "text": "File", "emoji": True},
    }
    shown = CATALOG.show([{"type": "actions", "block_id": "File", "elements": [button]}])
    assert shown[0]["block_id"] == "File"
    (said,) = shown[0]["elements"]
    assert said == button | {"text": {"type": "plain_text", "text": "Ablegen", "emoji": True}}


def test_an_empty_catalog_says_everything_as_it_is() -> None:
    text = "*Actual*\nNot filed. Trello cannot be reached."
    assert Catalog({}).say_all(text) == text
    assert Catalog({}).show([{"type": "mrkdwn", "text": text}]) == [{"type": "mrkdwn", "text": text}]


def test_a_long_text_is_read_quickly_whatever_it_holds() -> None:
    hostile = "Not filed. " * 2000 + "{words}" * 500
    assert CATALOG.say_all(hostile).startswith("Nicht abgelegt.")
