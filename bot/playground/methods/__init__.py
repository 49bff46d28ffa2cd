"""The Web API methods that the playground serves; a method that is not here is unknown_method."""

from bot.playground.calls import Method
from bot.playground.methods import (
    agents,
    assistant,
    chat,
    conversations,
    files,
    people,
    reactions,
    streams,
    team,
    views,
)

METHODS: dict[str, Method] = {
    **team.METHODS,
    **agents.METHODS,
    **assistant.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **people.METHODS,
    **reactions.METHODS,
    **streams.METHODS,
    **views.METHODS,
}
