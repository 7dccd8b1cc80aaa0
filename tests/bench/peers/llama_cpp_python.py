"""llama-cpp-python with nothing around it: one sequence, so questions are answered one after the other.

Speaks as ``xllamacpp_callback``.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from llama_cpp import Llama


def main() -> None:
    options = json.loads(sys.argv[1])
    llama = Llama(
        model_path=options["model_path"],
        n_ctx=options["n_ctx"],
        n_threads=options["n_threads"],
        n_threads_batch=options["n_threads"],
        verbose=False,
    )

    def ask(body: dict[str, Any], started: float) -> tuple[float, int]:
        first, tokens = None, 0
        wanted = {
            name: body[name]
            for name in ("messages", "max_tokens", "temperature", "top_p", "repeat_penalty", "seed")
        }
        for chunk in llama.create_chat_completion(**wanted, stream=True):
            if chunk["choices"][0]["delta"].get("content"):
                first = first or time.monotonic() - started
                tokens += 1
        return first or time.monotonic() - started, tokens

    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        started = time.monotonic()
        answers = [ask(body, started) for body in json.loads(line)]
        print(json.dumps({"seconds": time.monotonic() - started, "answers": answers}), flush=True)


if __name__ == "__main__":
    main()
