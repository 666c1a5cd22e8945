"""Timings in pairs, and the one table that they are printed in."""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One line of the table: our figures, those of the floor where there is one, the ratio."""

    part: str
    what: str
    ours: Sequence[float]
    floor: Sequence[float] = ()
    unit: str = "ms"
    target: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Median of ours over median of the floor."""
        if not self.ours or not self.floor:
            return None
        return statistics.median(self.ours) / statistics.median(self.floor)


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def both_clocks(work: Callable[[], object]) -> tuple[float, float]:
    """How long one call takes, and how much processor time; a noisy machine troubles that less."""
    begun = time.process_time()
    return seconds(work), time.process_time() - begun


def alternating(
    ours: Callable[[], object], floor: Callable[[], object], times: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of both, taken turn by turn, so that a noisy machine troubles both alike."""
    pairs = [(seconds(ours) * 1000, seconds(floor) * 1000) for _ in range(times)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def machine() -> str:
    """What the figures were taken on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "duckdb", "polars"))
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {_memory()} GiB, "
        f"Python {platform.python_version()}, {packages}, {load}"
    )


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f}"
    except (AttributeError, ValueError):
        return "?"


def resident(process: int) -> float:
    """Memory of a process in MB (Linux); not a number elsewhere."""
    try:
        text = Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:
        return float("nan")
    return int(text.partition("VmRSS:")[2].split()[0]) / 1000


def busy(process: int) -> float:
    """Processor time that a process has taken so far, in ms (Linux); not a number elsewhere."""
    try:
        text = Path(f"/proc/{process}/stat").read_text("ascii")
    except OSError:
        return float("nan")
    ticks = text.rpartition(")")[2].split()[11:13]
    return sum(int(each) for each in ticks) * 1000 / os.sysconf("SC_CLK_TCK")


def show(lines: Sequence[Line]) -> None:
    """Print the table as Markdown."""
    print(f"\n{machine()}\n")
    print("| part | what | unit | n | ours: median / p95 | floor: median / p95 | ratio | target |")
    print("|---|---|---|---|---|---|---|---|")
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        what = f"{line.what} ({line.note})" if line.note else line.what
        print(
            f"| {line.part} | {what} | {line.unit} | {len(line.ours)} | {_pair(line.ours)} "
            f"| {_pair(line.floor)} | {ratio} | {line.target} |"
        )


def _pair(values: Sequence[float]) -> str:
    if not values:
        return ""
    return f"{_figure(statistics.median(values))} / {_figure(p95(values))}"


def _figure(value: float) -> str:
    decimals = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{decimals}f}"


def say(words: str) -> None:
    """Tell on the error stream what is being done."""
    print(words, file=sys.stderr, flush=True)
