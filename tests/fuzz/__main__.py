"""Many mutated files: python -m tests.fuzz --count 10000 --seed 1.

A worker process judges one case after the other and says so; when it dies or falls silent, the
case is written down and a new worker goes on behind it. Exit code 1 when any case failed.
"""

import argparse
import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path

_SILENCE = 120


def main() -> int:
    """Run the cases and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    last = arguments.first + arguments.count
    if arguments.worker:
        return _work(arguments.seed, arguments.first, last)
    return _watch(arguments.seed, arguments.first, last)


def _work(seed: str, first: int, last: int) -> int:
    from tests.fuzz.judge import Judge

    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(Path(folder))
        for number in range(first, last):
            _say(case=number, state="begun")
            try:
                verdict = judge.judge(f"{seed}:{number}")
            except BaseException as error:  # the point: whatever gets out is told
                if isinstance(error, KeyboardInterrupt):
                    raise
                _say(case=number, state="failed", why=traceback.format_exc(limit=-4))
                continue
            _say(case=number, state="done", **vars(verdict))
    return 0


def _say(**said: object) -> None:
    print(json.dumps(said), flush=True)


def _watch(seed: str, first: int, last: int) -> int:
    start, counts, failed = time.monotonic(), Counter(), []
    slowest, memory, current = (0.0, first), 0, first
    while current < last:
        command = [sys.executable, "-m", "tests.fuzz", "--worker", "--seed", seed]
        command += ["--first", str(current), "--count", str(last - current)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as worker:
            lines: queue.Queue = queue.Queue()
            threading.Thread(target=_listen, args=(worker.stdout, lines), daemon=True).start()
            threading.Thread(target=_drain, args=(worker.stderr,), daemon=True).start()
            while True:
                try:
                    said = lines.get(timeout=_SILENCE)
                except queue.Empty:
                    worker.kill()
                    print(f"{seed}:{current} fell silent", flush=True)
                    failed.append((current, "fell silent"))
                    current += 1
                    break
                if said is None:
                    if current < last:
                        print(f"{seed}:{current} ended its worker", flush=True)
                        failed.append((current, f"worker ended with {worker.wait()}"))
                        current += 1
                    break
                if said["state"] == "begun":
                    current = said["case"]
                    continue
                if said["state"] == "failed":
                    failed.append((said["case"], said["why"]))
                    print(f"{seed}:{said['case']}\n{said['why']}", flush=True)
                else:
                    counts[f"{said['how']}/{said['outcome']}"] += 1
                    slowest = max(slowest, (said["seconds"], said["case"]))
                    memory = max(memory, said["megabytes"])
                current = said["case"] + 1
                if current % 500 == 0:
                    spent = time.monotonic() - start
                    print(f"{current} cases, {len(failed)} failed, {spent:.0f} s", flush=True)
    spent = time.monotonic() - start
    print(
        f"{last - first} cases of seed {seed} in {spent:.0f} s; slowest {slowest[0]:.1f} s "
        f"(case {slowest[1]}), "
        f"most memory {memory} MB; {len(failed)} failed"
    )
    for name, number in sorted(counts.items()):
        print(f"  {name} {number}")
    for case, why in failed:
        print(f"  failed {seed}:{case}: {why.strip().splitlines()[-1]}")
    return 1 if failed else 0


def _listen(stream, lines: queue.Queue) -> None:
    for line in stream:
        lines.put(json.loads(line))
    lines.put(None)


def _drain(stream) -> None:
    for _ in stream:
        pass


if __name__ == "__main__":
    raise SystemExit(main())
