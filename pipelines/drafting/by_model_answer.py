"""What a model may answer: the schema of each type, and its text parsed into typed fields at once."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from pipelines.core.errors import ModelFailed
from pipelines.core.models import Completion
from pipelines.core.tickets import NOT_STATED, TEMPLATES, TITLE_MAX, Field, Frozen, TicketType
from pipelines.drafting.mask import mask

TYPES: tuple[TicketType, ...] = get_args(TicketType)
# Evidence is what code found and no section tells: no model writes it.
_BY_CODE = "evidence"
_TEXT, _LINE, _LINES = 500, 200, 8
_BROKEN_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
_NOTHING = re.compile(r"(?i)^(?:not (?:stated|given|known|specified|mentioned|provided)|none|n/?a|unknown|-)?[.\s]*$")


class Unusable(ModelFailed):
    """An answer that cannot be read; the words are shown to the model."""


class Filled(Frozen):
    """The fields that a model wrote: sections as text, items one a line; `Not stated` where it had nothing."""

    title: str
    sections: dict[str, str]

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join([self.title, *self.sections.values()])


class _Choice(Frozen):
    model_config = ConfigDict(extra="ignore")
    type: TicketType


_FIELDS = TypeAdapter(dict[str, str | list[str]])


def type_schema() -> dict[str, Any]:
    """The JSON schema of the answer about the type."""
    return _object({"type": {"type": "string", "enum": list(TYPES)}})


def schema_of(kind: TicketType) -> dict[str, Any]:
    """The JSON schema of one type's fields. The title comes last: it is easier to write when all is said."""
    properties = {field.name: _shape(field) for field in TEMPLATES[kind] if field.name != _BY_CODE}
    return _object({**properties, "title": {"type": "string", "maxLength": TITLE_MAX}})


def read_type(text: str) -> TicketType:
    """The type that an answer names. Raises Unusable."""
    try:
        return _Choice.model_validate(_json(text)).type
    except ValidationError:
        raise Unusable("`type` must be one of " + ", ".join(TYPES) + ".") from None


def read_fields(answer: Completion, kind: TicketType) -> Filled:
    """The fields of an answer, secrets masked. Raises Unusable with what is wrong with it."""
    if answer.finish == "length":
        raise Unusable("It was too long and was cut off. Write less.")
    try:
        said = _FIELDS.validate_python(_json(answer.text))
    except ValidationError:
        raise Unusable("Each field must be a text or a list of texts.") from None
    title = said.get("title")
    if not isinstance(title, str) or not title.strip():
        raise Unusable("The title is missing.")
    sections = {field.name: _section(field, said.get(field.name, "")) for field in TEMPLATES[kind]}
    if all(text == NOT_STATED for text in sections.values()):
        raise Unusable("Every field is empty.")
    return Filled(title=mask(" ".join(title.split())), sections=sections)


def _section(field: Field, value: str | list[str]) -> str:
    if field.name == _BY_CODE:
        return NOT_STATED
    lines = [" ".join(line.split()) for line in (value if isinstance(value, list) else value.splitlines())]
    told = [_bare(line) if field.items else line for line in lines if not _NOTHING.match(line)]
    text = "\n".join(line[: _LINE * 2] for line in told[:_LINES]) if field.items else " ".join(told)[: _TEXT * 2]
    return mask(text) or NOT_STATED


def _bare(line: str) -> str:
    """An item without the number or mark that a model puts before it."""
    return re.sub(r"^(?:\d{1,2}[.)]|[-*•])\s+", "", line)


def _json(text: str) -> Any:
    """The object in an answer; a model without constraints wraps it in prose or a fence."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise Unusable("It is not a JSON object.")
    try:
        return json.loads(_BROKEN_ESCAPE.sub(r"\\\\", text[start : end + 1]), strict=False)
    except (ValueError, RecursionError):
        raise Unusable("It is not valid JSON.") from None


def _shape(field: Field) -> dict[str, Any]:
    if field.items:
        return {"type": "array", "items": {"type": "string", "maxLength": _LINE}, "maxItems": _LINES}
    return {"type": "string", "maxLength": _TEXT}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
