"""The packages of the lock as wheels for a named machine, which need not be this one."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from data.errors import ProductError

PYTHONS = ("3.11", "3.12", "3.13")
# A wheel says the oldest C library that it runs on; 2.28 is that of Kylin V10 and UOS 20.
_GLIBC = range(28, 4, -1)
_OLD_NAMES = ("manylinux2014", "manylinux2010", "manylinux1", "linux")
_OFFLINE = re.compile(
    "Retrying|NewConnectionError|ProxyError|timed out|name resolution|SSLError|connection", re.I
)
_NO_WHEEL = re.compile(r"No matching distribution found for ([\w.-]+)")

Progress = Callable[[float, str], None]


class BundleError(ProductError):
    """A bundle that cannot be made; the message says what to do."""


@dataclass(frozen=True)
class Target:
    """The machine that a bundle is for.

    name     As on the command line.
    words    What people call it.
    tags     How wheels name it, best first.
    markers  What the conditions in the lock ask about it.
    """

    name: str
    words: str
    tags: tuple[str, ...]
    markers: dict[str, str]


def _linux(name: str, machine: str, words: str) -> Target:
    tags = [f"manylinux_2_{minor}_{machine}" for minor in _GLIBC]
    tags += [f"{old}_{machine}" for old in _OLD_NAMES]
    return Target(name, words, tuple(tags), _markers("posix", "linux", "Linux", machine))


def _markers(os_name: str, sys_platform: str, system: str, machine: str) -> dict[str, str]:
    return {
        "os_name": os_name,
        "sys_platform": sys_platform,
        "platform_system": system,
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }


TARGETS = {
    target.name: target
    for target in (
        _linux("linux-x86_64", "x86_64", "Linux x86-64（glibc 2.28 以上）"),
        _linux("linux-arm64", "aarch64", "Linux arm64（glibc 2.28 以上）"),
        Target(
            "windows",
            "Windows 64 位",
            ("win_amd64",),
            _markers("nt", "win32", "Windows", "AMD64"),
        ),
    )
}


def pinned(lock: str, target: Target, python: str) -> list[str]:
    """Return the lines `name==version` of a lock that hold for a machine."""
    environment = target.markers | {"python_version": python, "python_full_version": f"{python}.0"}
    lines = [line.partition("#")[0].strip() for line in lock.splitlines()]
    wanted = [Requirement(line) for line in lines if line]
    return [
        f"{each.name}{each.specifier}"
        for each in wanted
        if each.marker is None or each.marker.evaluate(environment)
    ]


def collect(
    pins: Sequence[str], target: Target, python: str, folder: Path, progress: Progress
) -> None:
    """Put the wheel of every pin into a folder, as pip finds them where it is set up to look.

    raises  BundleError without a network, and for a package that has no wheel for the machine.
    """
    platforms = [word for tag in target.tags for word in ("--platform", tag)]
    command = [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"),
        *("--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "20"),
        *("--implementation", "cp", "--python-version", python, *platforms),
        *("--dest", str(folder), *pins),
    ]
    said: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        try:
            for line in pip.stdout or ():
                said.append(line)
                if line.startswith("Collecting "):
                    done = sum(each.startswith("Collecting ") for each in said)
                    progress(0.9 * done / len(pins), f"取程序包 {line.split()[1]}")
        except BaseException:
            pip.kill()  # nobody waits for it any more
            raise
    if pip.returncode:
        raise _problem("".join(said), target, python)


def _problem(said: str, target: Target, python: str) -> BundleError:
    missing = _NO_WHEEL.search(said)
    if "No module named pip" in said:
        return BundleError("这个 Python 环境里没有 pip。请在照 README 建的 .venv 里运行。")
    if _OFFLINE.search(said):
        return BundleError("连不上程序包的来源。请在能上网（或设好了内网镜像）的机器上打包。")
    if missing:
        return BundleError(
            f"程序包 {missing[1]} 没有给 {target.words}、Python {python} 用的安装文件。"
            "请换 --python 的版本，或换一台机器。"
        )
    return BundleError(f"pip 没有取全程序包：{said.strip().splitlines()[-1:]}")
