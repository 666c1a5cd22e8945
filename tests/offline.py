"""Tries the offline bundle as an office would: python -m tests.offline

Makes the bundle for this machine, unpacks it, and from then on has no network: installs, builds
the demo on the first start, and waits until the dashboard says that it is well. Prints how long
each step took. Fetching needs a package registry, so it is not part of the test suite; there
tests/pages/bundle tries the same with one package.
"""

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from pages.bundle import command
from tests import browser as browsers

# A network of its own holds nothing but this machine, once its loopback is up.
ALONE = ("unshare", "--user", "--map-root-user", "--net")
_START = """
ip link set lo up
cd "$1" && HPA_STORE="$2" .venv/bin/streamlit run app.py --server.port "$3" & server=$!
trap 'kill $server' EXIT
.venv/bin/python - "$3" <<'PY'
import sys, time, urllib.error, urllib.request
for _ in range(600):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/_stcore/health", timeout=1)
    except urllib.error.HTTPError as refused:
        sys.exit(refused.code not in (401, 403))  # it asks who comes: it is there
    except OSError:
        time.sleep(0.1)
    else:
        sys.exit(0)
sys.exit("no answer")
PY
"""


def main() -> None:
    """Bundle, unpack, install, start."""
    began = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {words}", flush=True)

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        bundle = folder / "离线包.zip"
        words = [sys.executable, "-m", "pages", "bundle", "-o", str(bundle)]
        subprocess.run(words, cwd=command.ROOT, check=True)
        say("bundled")
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(folder / "unpacked")
        say("unpacked; from here on there is no network")
        code = folder / "unpacked" / "kanban"
        environment = os.environ | {"PYTHON": sys.executable}
        subprocess.run([*ALONE, "sh", str(code.parent / "install.sh")], env=environment, check=True)
        say("installed")
        port = str(browsers.free_port())
        start = [*ALONE, "sh", "-c", _START, "start", str(code), str(folder / "store"), port]
        subprocess.run(start, cwd=code, check=True)
        say("the dashboard answers")


if __name__ == "__main__":
    main()
