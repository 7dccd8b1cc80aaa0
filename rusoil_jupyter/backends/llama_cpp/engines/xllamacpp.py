"""The engine's own process: llama.cpp's server on a unix socket (on Windows: one loopback port).

Run by path, never imported, so that it loads nothing but the engine. It says ``ready`` on standard
output when the model is loaded and lives until standard input closes, which also happens when its
parent dies: no engine is ever left behind.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys


def main() -> None:
    """Serve the model that the JSON in the first argument describes.

    A secret comes on standard input's first line, not in the arguments that other users can list.
    """
    options = json.loads(sys.argv[1])
    api_key = sys.stdin.readline().strip()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options["model_path"]
    params.model_alias = {options["model"]}
    params.n_ctx = options["n_ctx"]
    params.n_batch = params.n_ubatch = options["n_batch"]
    params.n_parallel = options["n_parallel"]
    params.kv_unified = True
    params.cache_ram_mib = options["cache_mib"]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options["n_threads"]
    params.n_gpu_layers = options["n_gpu_layers"]
    if options["n_draft"]:
        params.speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
        params.speculative.ngram_simple.size_m = options["n_draft"]
    if options.get("mmproj"):
        params.mmproj.path = options["mmproj"]
    if pooling := options.get("pooling"):
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type[f"LLAMA_POOLING_TYPE_{pooling.upper()}"]
    params.n_threads_http = options["n_parallel"] + 4  # left to itself it takes one for each core
    params.ui = False
    params.verbosity = 1
    params.sse_ping_interval = -1
    if socket := options.get("socket"):
        params.hostnames = [socket]
    else:
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [api_key]
    server = xllamacpp.Server(params)

    def end(*_signal: object) -> None:
        if folder := options.get("folder"):  # a parent that was killed can't clear up any more
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)  # nothing to save, and no destructor may hang

    signal.signal(signal.SIGTERM, end)  # comes with the end of a parent that was killed
    sys.stdout.write(json.dumps({"ready": server.listening_address}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    end()


if __name__ == "__main__":
    main()
