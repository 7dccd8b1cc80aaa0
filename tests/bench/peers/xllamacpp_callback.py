"""xllamacpp with nothing around it: its callback, in its own process.

Each line of standard input is a JSON list of chat bodies, asked at once, one thread each; each line of
standard output the list of ``[seconds to the first token, completion tokens]`` with the seconds of all.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import xllamacpp


def main() -> None:
    options = json.loads(sys.argv[1])
    params = xllamacpp.CommonParams()
    params.model.path = options["model_path"]
    params.n_ctx, params.n_parallel = options["n_ctx"], options["n_parallel"]
    params.kv_unified = True
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options["n_threads"]
    params.hostnames = [options["socket"]]
    params.ui = False
    params.verbosity = 1
    params.sse_ping_interval = -1
    server = xllamacpp.Server(params)

    def ask(body: dict[str, Any]) -> tuple[float, int]:
        started = time.monotonic()
        seen: dict[str, Any] = {"first": None, "tokens": 0}

        def callback(chunk: Any) -> None:
            text = chunk if isinstance(chunk, str) else json.dumps(chunk)
            if seen["first"] is None and '"content":"' in text.replace(": ", ":"):
                seen["first"] = time.monotonic() - started
            if "completion_tokens" in text:
                decoded = json.loads(text)
                for part in decoded if isinstance(decoded, list) else [decoded]:
                    seen["tokens"] = (part.get("usage") or {}).get("completion_tokens") or seen["tokens"]

        server.handle_chat_completions(json.dumps(body), callback)
        return seen["first"], seen["tokens"]

    print(json.dumps({"ready": True}), flush=True)
    with ThreadPoolExecutor(32) as threads:
        for line in sys.stdin:
            bodies = json.loads(line)
            started = time.monotonic()
            answers = list(threads.map(ask, bodies))
            print(json.dumps({"seconds": time.monotonic() - started, "answers": answers}), flush=True)


if __name__ == "__main__":
    main()
