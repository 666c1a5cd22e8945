"""What each role may do, wherever it is asked: at the door, on the pages, by programs."""

from data.settings import ANALYST, LEADER, STEWARD

# look      the pages                      figures  indicators, ranks, trends by the interface
# rows      rows as filed, the same way    sensitive  small figures that others see masked
# export    files of a page                console  own SQL
# upload    bytes of a report              publish  what was uploaded
# restore   an old snapshot                log      who did what
# areas     the register of areas          begin    a new store, and which one is open
# brief     the words of a briefing
_EVERYBODY = frozenset({"look", "figures", "rows", "export"})
_ANALYST = _EVERYBODY | {"sensitive", "console", "brief"}
ALL = _ANALYST | {"upload", "publish", "restore", "areas", "begin", "log"}
_PEOPLE = {LEADER: _EVERYBODY | {"sensitive"}, ANALYST: _ANALYST, STEWARD: ALL}
# The interface only reads: a steward's program has nothing more to do there than an analyst's.
_READING = frozenset({"figures", "rows", "sensitive"})
_PROGRAMS = {LEADER: frozenset({"figures"}), ANALYST: _READING, STEWARD: _READING}
_BY_ROLE = {"person": _PEOPLE, "program": _PROGRAMS}
# They concern every area at once.
WHOLE = frozenset({"restore", "begin"})


def of(kind: str, role: str = "", area: str = "") -> frozenset[str]:
    """Return what somebody may do.

    kind  How he came in: local | person | program | anonymous.
    role  Of a person or program.
    area  Code of the area that he answers for; empty for everything.
    """
    if kind == "local":
        return ALL
    if kind == "anonymous":
        return _EVERYBODY
    held = _BY_ROLE.get(kind, {}).get(role, frozenset())
    return held - WHOLE if area else held
