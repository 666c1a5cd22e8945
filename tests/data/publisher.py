"""A process that publishes one change after the other until it is killed: for test_killed.py."""

import contextlib
import itertools
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

from data import catalogue as catalogues
from data.errors import StoreError
from data.log import journal
from data.people import accounts
from data.publish import Publication, publish, rebuild, restore
from data.snapshots.store import Store
from tests.data.small_world import MONDAY, rows

TOWNSHIP = "990101001"
VILLAGES = tuple(f"{TOWNSHIP}{number}" for number in (200, 201))


def change(number: int):
    """The number-th change: the same figure in both villages, so that half a publish shows."""
    same = {"period": "2020-W51", "sign_target_pop": 10_000, "signed_pop": number}
    return rows("T04", *({"area": village} | same for village in VILLAGES))


def publish_on(folder: Path, told: Connection, pauses: int | None) -> None:
    """Publish numbers upwards, telling each snapshot's number after it is there.

    pauses  Seed of short rests at the points between the writes: the kill then falls between
            two of them, not only into a long one. None publishes at full speed.
    """
    rng = random.Random(pauses)

    def rest(name: str) -> None:
        if pauses is not None and rng.random() < 0.3:
            time.sleep(rng.random() * 0.02)

    store = Store(folder, checkpoint=rest)
    catalogue = catalogues.load(folder)
    told.send("ready")
    for number in itertools.count((store.latest() or 0) + 1):
        publication = Publication((change(number),), base=store.latest(), who="甲", note="")
        told.send(publish(store, publication, catalogue, now=MONDAY))


def do_everything_on(folder: Path, told: Connection, seed: int) -> None:
    """Publish, rebuild, restore, clear and log in turns, telling each number after it is there."""
    rng = random.Random(seed)

    def rest(name: str) -> None:
        if rng.random() < 0.3:
            time.sleep(rng.random() * 0.02)

    store = Store(folder, checkpoint=rest)
    catalogue = catalogues.load(folder)
    words = {"who": "甲", "note": "", "now": MONDAY}
    told.send("ready")
    while True:
        head = store.latest()
        publication = Publication((change((head or 0) + 1),), base=head, who="甲", note="")
        deed = rng.choice(("publish", "rebuild", "restore")) if head else "publish"
        if deed == "publish":
            made = publish(store, publication, catalogue, now=MONDAY)
        elif deed == "rebuild":
            made = rebuild(store, catalogue, number=rng.randint(1, head), **words)
        else:
            made = restore(store, rng.randint(1, head), **words)
        journal.append(folder, now=MONDAY, who="甲", ip="", action="publish", what=deed)
        told.send(made)
        if rng.random() < 0.3:
            with contextlib.suppress(StoreError):  # somebody else publishes
                store.clear(0)


def change_accounts_on(folder: Path, told: Connection, names: list[str]) -> None:
    """Change one account after the other and log it, telling each one's mark after it is there."""
    told.send("ready")
    for name in itertools.cycle(names):
        accounts.disable(folder, name)
        told.send((name, accounts.every(folder)[name].mark))
        journal.append(folder, now=MONDAY, who="甲", ip="", action="account", what=name)
