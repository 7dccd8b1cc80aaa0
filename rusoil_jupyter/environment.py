"""What a child process is told of the environment: a list of what passes, not of what does not.

Jupyter's environment holds its token, the hub's, the cloud's and the vendors' keys. Whatever decodes files
that anybody made runs in children, and a fault in a decoder must not give it those.
"""

from __future__ import annotations

import os
import re

# Where things lie, which language, how libraries compute and on which GPU.
_PASSES = re.compile(
    r"""
    PATH | HOME | USER | LOGNAME | SHELL | TZ | TERM | TMPDIR | TEMP | TMP | LANG | LANGUAGE | LC_.*
    | XDG_.* | VIRTUAL_ENV | CONDA_(?:PREFIX|DEFAULT_ENV)
    | PYTHON(?:PATH|HOME|USERBASE|NOUSERSITE|UTF8|IOENCODING|WARNINGS|HASHSEED|DONTWRITEBYTECODE
      |PYCACHEPREFIX|UNBUFFERED|FAULTHANDLER|MALLOC|SAFEPATH)
    | LD_LIBRARY_PATH | LD_PRELOAD | DYLD_.* | MALLOC_.* | GLIBC_TUNABLES
    | (?:OMP|GOMP|KMP|MKL|OPENBLAS|BLIS|NUMEXPR|VECLIB|ORT|OPENCV)_.*
    | (?:CUDA|NVIDIA|CUDNN|NCCL|HIP|HSA|ROCR|ROCM|GPU|AMD|VK|VULKAN|MESA|SYCL|ONEAPI|ZE|METAL|GGML)_.*
    | (?:FONTCONFIG|MPL|TESSDATA)_?\w*
    | SYSTEMROOT | SYSTEMDRIVE | WINDIR | COMSPEC | PATHEXT | OS | USERPROFILE | HOMEDRIVE | HOMEPATH
    | (?:LOCAL)?APPDATA | PROGRAM(?:DATA|FILES.*) | NUMBER_OF_PROCESSORS | PROCESSOR_.*
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What brings files from the network needs these besides.
_NETWORK = re.compile(
    r"(?:https?|ftp|all|no)_proxy|SSL_CERT_(?:FILE|DIR)|(?:REQUESTS|CURL)_CA_BUNDLE|PIP_\w+|UV_\w+|HF_\w+|NETRC",
    re.IGNORECASE,
)
_SECRET = re.compile(r"key(?!ring)|token(?!_path)|secret|passw|credential|auth", re.IGNORECASE)


def for_child(*, network: bool = False) -> dict[str, str]:
    """The environment of a child process; with ``network``, proxies, certificates and the indexes' addresses.

    A name that sounds like a secret does not pass, whatever it begins with.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if (_PASSES.fullmatch(name) or (network and _NETWORK.fullmatch(name))) and not _SECRET.search(name)
    }
