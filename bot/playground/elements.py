"""Whether Slack would take a button, a select, an input or another element of a block."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.playground.schema import Problem, at, check_string, check_text, check_url, wrong_type

Element = dict[str, Any]

STATIC_SELECTS = {"static_select", "multi_static_select"}
PEOPLE_SELECTS = {f"{many}{kind}_select" for many in ("", "multi_") for kind in ("users", "conversations", "channels")}
EXTERNAL_SELECTS = {"external_select", "multi_external_select"}
SELECTS = STATIC_SELECTS | PEOPLE_SELECTS | EXTERNAL_SELECTS
CHOICES = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}
PICKERS = {"datepicker", "timepicker", "datetimepicker"}
TYPED = {"plain_text_input", "number_input", "email_text_input", "url_text_input"}

TASK_STATUSES = ("pending", "in_progress", "complete", "error")

ACTION_ELEMENTS = {"button"} | SELECTS | set(CHOICES) | PICKERS
INPUT_ELEMENTS = TYPED | SELECTS | PICKERS | {"radio_buttons", "checkboxes", "rich_text_input", "file_input"}
ACCESSORIES = {"button", "image"} | SELECTS | set(CHOICES) | PICKERS


def check_element(element: Any, pointer: str, allowed: set[str]) -> Iterator[Problem]:
    """An element of one of the allowed types."""
    if not isinstance(element, dict):
        yield wrong_type(pointer, "object")
        return
    kind = str(element.get("type"))
    if kind not in allowed:
        yield at(f"{pointer}/type", f"unsupported type: {element.get('type')}")
        return
    yield from check_string(element, "action_id", pointer, 255, required=False)
    if element.get("confirm") is not None:
        yield from _confirm(element["confirm"], f"{pointer}/confirm")
    if element.get("placeholder") is not None:
        yield from check_text(element["placeholder"], f"{pointer}/placeholder", 150, plain=True)
    yield from CHECKS.get(kind, _nothing)(element, pointer)


def check_sources(sources: Any, pointer: str) -> Iterator[Problem]:
    """The sources of a task: none, or an array of URL elements."""
    if sources is None:
        return
    if not isinstance(sources, list):
        yield wrong_type(pointer, "array")
        return
    for index, source in enumerate(sources):
        place = f"{pointer}/{index}"
        if not isinstance(source, dict) or source.get("type") != "url":
            yield at(place, "must be an element of type url")
            continue
        for key in ("text", "url"):
            yield from check_string(source, key, place, 3000)
        yield from check_url(source, "url", place)


def _nothing(element: Element, pointer: str) -> Iterator[Problem]:
    yield from ()


def _button(element: Element, pointer: str) -> Iterator[Problem]:
    yield from check_text(element.get("text"), f"{pointer}/text", 75, plain=True)
    yield from check_string(element, "value", pointer, 2000, required=False)
    yield from check_string(element, "url", pointer, 3000, required=False)
    yield from check_string(element, "accessibility_label", pointer, 75, required=False)
    if element.get("style") not in (None, "primary", "danger"):
        yield at(f"{pointer}/style", "must be one of primary, danger")
    yield from check_url(element, "url", pointer)


def _confirm(confirm: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(confirm, dict):
        yield wrong_type(pointer, "object")
        return
    yield from check_text(confirm.get("title"), f"{pointer}/title", 100, plain=True)
    yield from check_text(confirm.get("text"), f"{pointer}/text", 300)
    yield from check_text(confirm.get("confirm"), f"{pointer}/confirm", 30, plain=True)
    yield from check_text(confirm.get("deny"), f"{pointer}/deny", 30, plain=True)


def _static_select(element: Element, pointer: str) -> Iterator[Problem]:
    groups = element.get("option_groups")
    if (element.get("options") is None) == (groups is None):
        yield at(pointer, "must provide exactly one of options, option_groups")
        return
    if groups is not None:
        problems = list(_groups(groups, f"{pointer}/option_groups"))
    else:
        problems = list(_options(element["options"], f"{pointer}/options", 100))
    yield from problems or _initial(element, pointer)


def _groups(groups: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(groups, list) or not 1 <= len(groups) <= 100:
        yield at(pointer, "must be an array of 1 to 100 items")
        return
    for index, group in enumerate(groups):
        owner = group if isinstance(group, dict) else {}
        yield from check_text(owner.get("label"), f"{pointer}/{index}/label", 75, plain=True)
        yield from _options(owner.get("options"), f"{pointer}/{index}/options", 100)


def _options(options: Any, pointer: str, limit: int) -> Iterator[Problem]:
    if not isinstance(options, list) or not 1 <= len(options) <= limit:
        yield at(pointer, f"must be an array of 1 to {limit} items")
        return
    for index, option in enumerate(options):
        yield from _option(option, f"{pointer}/{index}")


def _option(option: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(option, dict):
        yield wrong_type(pointer, "object")
        return
    yield from check_text(option.get("text"), f"{pointer}/text", 75)
    yield from check_string(option, "value", pointer, 150)
    if option.get("description") is not None:
        yield from check_text(option["description"], f"{pointer}/description", 75)


def _initial(element: Element, pointer: str) -> Iterator[Problem]:
    """An option chosen at first must be one of the options, letter for letter."""
    chosen = element.get("initial_options") or [element.get("initial_option")]
    offered = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        offered += group["options"]
    for option in chosen if isinstance(chosen, list) else [chosen]:
        if option is not None and option not in offered:
            yield at(f"{pointer}/initial_option", "must match one of the options")


def _choice(element: Element, pointer: str) -> Iterator[Problem]:
    problems = list(_options(element.get("options"), f"{pointer}/options", CHOICES[element["type"]]))
    yield from problems or _initial(element, pointer)


def _typed(element: Element, pointer: str) -> Iterator[Problem]:
    yield from check_string(element, "initial_value", pointer, 3000, required=False)
    for key in ("min_length", "max_length"):
        value = element.get(key)
        if value is not None and not (isinstance(value, int) and 0 <= value <= 3000):
            yield at(f"{pointer}/{key}", "must be a number from 0 to 3000")
            return
    longest = element.get("max_length")
    if longest is not None and len(str(element.get("initial_value") or "")) > longest:
        yield at(f"{pointer}/initial_value", f"must be less than {longest + 1} characters")


def _number(element: Element, pointer: str) -> Iterator[Problem]:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        yield at(pointer, "missing required field: is_decimal_allowed")


def _feedback(element: Element, pointer: str) -> Iterator[Problem]:
    for key in ("positive_button", "negative_button"):
        button = element.get(key)
        if not isinstance(button, dict):
            yield at(pointer, f"missing required field: {key}")
            continue
        yield from check_text(button.get("text"), f"{pointer}/{key}/text", 75, plain=True)
        yield from check_string(button, "value", f"{pointer}/{key}", 2000)


def _icon_button(element: Element, pointer: str) -> Iterator[Problem]:
    yield from check_text(element.get("text"), f"{pointer}/text", 75, plain=True)
    if element.get("icon") != "trash":
        yield at(f"{pointer}/icon", "must be one of trash")


def _image(element: Element, pointer: str) -> Iterator[Problem]:
    yield from check_string(element, "image_url", pointer, 3000)
    yield from check_string(element, "alt_text", pointer, 2000)


CHECKS: dict[str, Callable[[Element, str], Iterator[Problem]]] = {
    "button": _button,
    "image": _image,
    "number_input": _number,
    "feedback_buttons": _feedback,
    "icon_button": _icon_button,
    **dict.fromkeys(STATIC_SELECTS, _static_select),
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(TYPED - {"number_input"}, _typed),
}
