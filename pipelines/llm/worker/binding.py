"""The few calls of llama.cpp that the worker makes, with Python's types around them."""

from __future__ import annotations

import ctypes
import importlib
import importlib.machinery
import importlib.util
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.core.errors import Refused

Logits = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int32]

CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
LONGEST_PIECE = 256
MOST_CONTEXT = 8192


class NoWayOn(Exception):
    """The grammar allows no token at all."""


class DecodeFailed(Exception):
    """llama.cpp could not compute a batch."""


@dataclass(frozen=True)
class Entry:
    """One token of a batch: where it stands in which sequence, and whether what follows it is wanted."""

    token: int
    position: int
    sequence: int
    wanted: bool


@dataclass(frozen=True)
class Library:
    """The low-level calls, and the translator from JSON Schema to grammar."""

    calls: Any
    grammars: Any


def load_library(folder: Path) -> Library:
    """Load the binding out of its folder; its convenience layer stays shut, and with it the cache that unpickles."""
    specification = importlib.machinery.ModuleSpec("llama_cpp", None, is_package=True)
    specification.submodule_search_locations = [str(folder / "llama_cpp")]
    sys.modules["llama_cpp"] = importlib.util.module_from_spec(specification)
    try:
        calls = importlib.import_module("llama_cpp.llama_cpp")
        grammars = importlib.import_module("llama_cpp.llama_grammar")
    except (ImportError, OSError, RuntimeError) as error:
        raise Refused(f"llama.cpp cannot be loaded ({error}). Delete {folder} and start again.") from None
    return Library(calls, grammars)


class Weights:
    """A model in memory with one context for several sequences. Used by one thread alone, but for `tokens` and such."""

    def __init__(self, library: Library, path: Path, *, threads: int = 0, sequences: int = 4, batch: int = 512) -> None:
        self._calls = calls = library.calls
        self._grammars = library.grammars
        self._heard = calls.llama_log_callback(_unheard)
        calls.llama_log_set(self._heard, ctypes.c_void_p(0))
        calls.llama_backend_init()
        self._model = calls.llama_model_load_from_file(os.fsencode(path), calls.llama_model_default_params())
        if not self._model:
            raise Refused(f"llama.cpp cannot read the model {path}.")
        self._vocabulary = calls.llama_model_get_vocab(self._model)
        self.vocabulary_size = int(calls.llama_vocab_n_tokens(self._vocabulary))
        self._context = self._open_context(threads or os.cpu_count() or 1, sequences, batch)
        self.context_size = int(calls.llama_n_ctx(self._context))
        self._memory = calls.llama_get_memory(self._context)
        self._batch = calls.llama_batch_init(batch, 0, 1)

    def _open_context(self, threads: int, sequences: int, batch: int) -> Any:
        calls = self._calls
        wish = calls.llama_context_default_params()
        wish.n_ctx = min(MOST_CONTEXT, int(calls.llama_model_n_ctx_train(self._model)))
        wish.n_batch = wish.n_ubatch = batch
        wish.n_seq_max = sequences
        wish.n_threads = wish.n_threads_batch = threads
        # One pool of cells for all sequences: a long prompt may use what short ones leave.
        wish.kv_unified = True
        context = calls.llama_init_from_model(self._model, wish)
        if not context:
            raise Refused("llama.cpp cannot open a context: there is too little memory for this model.")
        return context

    def close(self) -> None:
        """Give the memory back."""
        self._calls.llama_batch_free(self._batch)
        self._calls.llama_free(self._context)
        self._calls.llama_model_free(self._model)

    def template(self) -> str:
        """The chat template that the file brings; empty where it brings none."""
        said = self._calls.llama_model_chat_template(self._model, None)
        return said.decode("utf-8", "replace") if said else ""

    def tokens(self, text: str, *, control: bool) -> list[int]:
        """The text's tokens; only with `control` do words like <|im_end|> become the model's own marks."""
        raw = text.encode("utf-8")
        room = len(raw) + 8
        found = (self._calls.llama_token * room)()
        count = self._calls.llama_tokenize(self._vocabulary, raw, len(raw), found, room, False, control)
        return list(found[:count])

    def piece(self, token: int) -> bytes:
        """The bytes of a token, perhaps a part of a character; none for a control mark."""
        room = ctypes.create_string_buffer(LONGEST_PIECE)
        count = self._calls.llama_token_to_piece(self._vocabulary, token, room, LONGEST_PIECE, 0, False)
        return room.raw[: max(count, 0)]

    def is_end(self, token: int) -> bool:
        """Whether the model says with it that it is done."""
        return bool(self._calls.llama_vocab_is_eog(self._vocabulary, token))

    def decode(self, entries: Sequence[Entry]) -> None:
        """Compute one batch. Raises DecodeFailed."""
        batch = self._batch
        for at, entry in enumerate(entries):
            batch.token[at] = entry.token
            batch.pos[at] = entry.position
            batch.n_seq_id[at] = 1
            batch.seq_id[at][0] = entry.sequence
            batch.logits[at] = entry.wanted
        batch.n_tokens = len(entries)
        status = self._calls.llama_decode(self._context, batch)
        if status:
            raise DecodeFailed(f"llama_decode ended with {status}")

    def logits(self, at: int) -> Logits:
        """What may follow the batch's entry number `at`: a view that the next batch overwrites."""
        pointer = self._calls.llama_get_logits_ith(self._context, at)
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary_size,))

    def forget(self, sequence: int) -> None:
        """Empty a sequence."""
        self._calls.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def translate(self, schema: dict[str, Any]) -> str:
        """The grammar of a JSON Schema, its properties in the order written. Raises ValueError."""
        try:
            return str(self._grammars.json_schema_to_gbnf(json.dumps(schema), list(_properties(schema))))
        except Exception as error:  # noqa: BLE001  # the translator raises whatever a strange schema leads it to
            raise ValueError(f"this JSON Schema cannot be translated ({type(error).__name__}: {error})") from None

    def grammar(self, rules: str) -> Grammar:
        """A grammar at its beginning. Raises ValueError."""
        made = self._calls.llama_sampler_init_grammar(self._vocabulary, rules.encode("utf-8"), b"root")
        if not made:
            raise ValueError("llama.cpp does not understand the grammar of this JSON Schema")
        return Grammar(self._calls, made)


class Grammar:
    """Where an answer stands in its grammar, and which tokens may come next."""

    def __init__(self, calls: Any, sampler: Any) -> None:
        self._calls = calls
        self._sampler = sampler

    def permitted(self, tokens: Tokens) -> Tokens:
        """Those of the tokens that the grammar lets come next."""
        candidates = np.zeros(len(tokens), CANDIDATE)
        candidates["id"] = tokens
        array = self._calls.llama_token_data_array(
            data=candidates.ctypes.data_as(self._calls.llama_token_data_p), size=len(tokens), selected=-1, sorted=False
        )
        self._calls.llama_sampler_apply(self._sampler, ctypes.byref(array))
        allowed: Tokens = tokens[np.isfinite(candidates["logit"])]
        return allowed

    def accept(self, token: int) -> None:
        """Take a permitted token; llama.cpp ends the process at any other one."""
        self._calls.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        """Give the memory back."""
        self._calls.llama_sampler_free(self._sampler)


def _properties(schema: object) -> Iterator[str]:
    """Every property's name, in the order written."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for inner in schema.values():
            yield from _properties(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _properties(inner)


def _unheard(_level: int, _text: bytes, _data: object) -> None:
    """llama.cpp's own chatter; what matters comes back as a status."""
