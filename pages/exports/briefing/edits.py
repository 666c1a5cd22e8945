"""What a person changed in the briefing: texts, indicators and their order, who made it.

A small JSON file that can be passed on. Edits change words, never figures: an edited sentence
may not hold a number that the rules did not write, and an edit whose sentence has changed since
is not used.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from data.errors import ProductError
from pages.exports.briefing.model import Sentence

_VERSION = 1
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONGEST = 600
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


class EditsError(ProductError):
    """An edit file that cannot be read, or a text that changes a figure."""


@dataclass(frozen=True)
class Edit:
    """One changed text and the sentence it replaces."""

    original: str
    text: str


@dataclass(frozen=True)
class Edits:
    """All that a person chose and changed; `texts` by the key of the sentence."""

    made_by: str = ""
    indicators: tuple[str, ...] = ()
    texts: Mapping[str, Edit] = field(default_factory=dict)

    def apply(self, sentence: Sentence, unused: list[str]) -> Sentence:
        """The sentence with its edit; one that no longer fits is noted in `unused`."""
        edit = self.texts.get(sentence.key)
        if edit is None or edit.text == sentence.text:
            return sentence
        if edit.original != sentence.text:
            unused.append(f"「{_short(edit.text)}」的原句已经变了，没有采用。")
            return sentence
        return replace(sentence, text=checked(edit.text, sentence), original=sentence.text)

    def left_over(self, sentences: Iterable[Sentence]) -> list[str]:
        """Notes on edits whose sentence is no longer in the briefing."""
        known = {each.key for each in sentences}
        return [
            f"「{_short(edit.text)}」的原句已不在简报里，没有采用。"
            for key, edit in self.texts.items()
            if key not in known
        ]

    def changed(self, sentence: Sentence, text: str) -> "Edits":
        """These edits with one more text; the original text again takes the edit back.

        raises EditsError when the text holds a figure that the rules did not write.
        """
        original = sentence.original or sentence.text
        texts = {key: edit for key, edit in self.texts.items() if key != sentence.key}
        if text.strip() and text.strip() != original:
            rules = replace(sentence, text=original, original="")
            texts[sentence.key] = Edit(original, checked(text.strip(), rules))
        return replace(self, texts=texts)

    def to_json(self) -> str:
        """The file to be passed on."""
        texts = {
            key: {"original": edit.original, "text": edit.text} for key, edit in self.texts.items()
        }
        content = {
            "version": _VERSION,
            "made_by": self.made_by,
            "indicators": list(self.indicators),
            "texts": texts,
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


NONE = Edits()


def read(content: bytes | str) -> Edits:
    """Read a file of edits. raises EditsError in Chinese."""
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        found = json.loads(text)
    except ValueError as error:
        raise EditsError("编辑文件读不了，应是本页下载的 JSON 文件。请换一个文件。") from error
    if not isinstance(found, dict) or found.get("version") != _VERSION:
        raise EditsError("这不是简报的编辑文件，或是别的版本。请换本页下载的文件。")
    texts, names = found.get("texts", {}), found.get("indicators", [])
    if not isinstance(texts, dict) or not isinstance(names, list):
        raise EditsError("编辑文件的内容不完整。请重新下载后再传。")
    edits = {}
    for key, each in texts.items():
        if not isinstance(each, dict) or not all(
            isinstance(each.get(name), str) for name in ("original", "text")
        ):
            raise EditsError(f"编辑文件里「{_short(str(key))}」一条不完整。请重新下载后再传。")
        edits[str(key)] = Edit(each["original"], each["text"])
    made_by = str(found.get("made_by") or "")[:40]
    return Edits(made_by, tuple(str(name) for name in names), edits)


def checked(text: str, sentence: Sentence) -> str:
    """The text, if it may stand for the sentence. raises EditsError."""
    if len(text) > _LONGEST:
        raise EditsError(f"一句话不能超过{_LONGEST}字，现有{len(text)}字。请改短。")
    if sentence.free:
        return text
    allowed = set(_numbers(f"{sentence.original or sentence.text} {sentence.known}"))
    if wrong := [each for each in _numbers(text) if each not in allowed]:
        numbers = "、".join(dict.fromkeys(wrong))
        raise EditsError(f"改动里出现了原句没有的数字 {numbers}；数字由数据得出，不能改。")
    return text


def offered(before: Edit, sentence: Sentence) -> str:
    """The wording of an earlier period with the figures of this one; empty where it does not fit.

    It fits where the rules wrote the same sentence then, but for its figures.
    """
    old, new = _numbers(before.original), _numbers(sentence.original or sentence.text)
    apart = _NUMBER.split(before.original), _NUMBER.split(sentence.original or sentence.text)
    now = dict(zip(old, new, strict=False))
    told = all(now[number] == new[at] for at, number in enumerate(old) if at < len(new))
    if apart[0] != apart[1] or not told:
        return ""
    return _NUMBER.sub(lambda found: now.get(found[0], found[0]), before.text)


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(text.translate(_FULL_WIDTH))


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}…"
