"""Exit status 0 while the server answers: asks the one that runs here, at its own port and base URL."""

import json
import os
import ssl
import urllib.request
from pathlib import Path

runtime_files = Path(os.environ["JUPYTER_RUNTIME_DIR"]).glob("jpserver-*.json")
first = min(runtime_files, key=lambda path: path.stat().st_mtime)  # a user may have started more
server = json.loads(first.read_text(encoding="utf-8"))

# It listens on every address; its certificate, if it has one, is not for this name.
scheme = "https" if server["secure"] else "http"
url = f"{scheme}://127.0.0.1:{server['port']}{server['base_url']}api"
opener = urllib.request.build_opener(
    urllib.request.ProxyHandler({}),
    urllib.request.HTTPSHandler(context=ssl._create_unverified_context()),
)
print(opener.open(url, timeout=3).read().decode())
