"""Where definitions begin and end, by the grammars of tree-sitter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter_go
import tree_sitter_javascript
import tree_sitter_python
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

SUFFIXES = {
    "py": "python",
    "pyi": "python",
    "js": "javascript",
    "jsx": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "ts": "typescript",
    "mts": "typescript",
    "tsx": "tsx",
    "go": "go",
}
GRAMMARS = {
    "python": tree_sitter_python.language,
    "javascript": tree_sitter_javascript.language,
    "typescript": tree_sitter_typescript.language_typescript,
    "tsx": tree_sitter_typescript.language_tsx,
    "go": tree_sitter_go.language,
}
WRAPPERS = frozenset({"decorated_definition", "export_statement", "ambient_declaration"})
DEFINITIONS = frozenset(
    {
        "function_definition",
        "class_definition",
        "function_declaration",
        "generator_function_declaration",
        "class_declaration",
        "abstract_class_declaration",
        "method_definition",
        "method_declaration",
        "interface_declaration",
        "type_alias_declaration",
        "enum_declaration",
        "type_declaration",
    }
)
ASSIGNMENTS = frozenset({"lexical_declaration", "variable_declaration"})
FUNCTIONS = frozenset({"arrow_function", "function_expression", "function", "class", "generator_function"})
BODIES = frozenset({"block", "class_body", "declaration_list", "interface_body"})
DEEPEST = 3


@dataclass(frozen=True)
class Definition:
    """A function, class or type: its lines, counted from 1, its name, and what is defined inside of a class."""

    first: int
    last: int
    name: str
    inner: tuple[Definition, ...] = ()


def definitions(suffix: str, source: bytes) -> tuple[Definition, ...] | None:
    """The definitions of a file, in order; None for a language that we have no grammar of."""
    language = SUFFIXES.get(suffix)
    if language is None:
        return None
    return tuple(_inside(_parser(language).parse(source).root_node, 0))


@cache
def _parser(language: str) -> Parser:
    return Parser(Language(GRAMMARS[language]()))


def _inside(node: Node, depth: int) -> Iterator[Definition]:
    for child in node.named_children:
        core = _unwrapped(child)
        name = _name(core)
        if name:
            inner = tuple(_members(core, depth)) if "class" in core.type and depth < DEEPEST else ()
            yield Definition(child.start_point.row + 1, child.end_point.row + 1, name, inner)


def _members(node: Node, depth: int) -> Iterator[Definition]:
    for child in node.named_children:
        if child.type in BODIES:
            yield from _inside(child, depth + 1)


def _unwrapped(node: Node) -> Node:
    if node.type in WRAPPERS:
        inside = [child for child in node.named_children if child.type in DEFINITIONS | ASSIGNMENTS]
        return inside[0] if inside else node
    return node


def _name(node: Node) -> str:
    if node.type in DEFINITIONS:
        return _text(node.child_by_field_name("name")) or _declared(node)
    if node.type in ASSIGNMENTS:
        return _declared(node)
    return ""


def _declared(node: Node) -> str:
    """The name in `const name = () => ...` and in Go's `type name struct`."""
    for child in node.named_children:
        value = child.child_by_field_name("value")
        if child.type in {"type_spec", "type_alias"} or (value is not None and value.type in FUNCTIONS):
            return _text(child.child_by_field_name("name"))
    return ""


def _text(node: Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""
