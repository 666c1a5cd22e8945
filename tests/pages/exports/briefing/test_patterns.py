"""The file of sentences is checked when it is read; a store may lay its own over it."""

import pytest

from data.catalogue import sentences
from data.errors import CatalogueError


def overlay(tmp_path, text):
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "sentences.yaml").write_text(text, "utf-8")
    return tmp_path


def test_a_store_may_say_it_otherwise(tmp_path):
    found = sentences.load(overlay(tmp_path, 'change:\n  flat: "和{base}一样"\n'))
    assert found.say("change.flat", base="上周") == "和上周一样"
    assert found.say("change.up_rate", base="上周", amount="1个百分点") == "较上周提高1个百分点"


def test_a_store_may_ban_more_words(tmp_path):
    found = sentences.load(overlay(tmp_path, "banned: [落后]\n"))
    assert found.banned_in("进度落后，由于疫情") == ["由于", "落后"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('change:\n  flat: "与{base}持平"\n  flatt: "x"\n', "第 3 行：不认识的键「flatt」"),
        ('changes:\n  flat: "x"\n', "第 1 行：不认识的键「changes」"),
        ('change:\n  flat: "与{before}持平"\n', "第 2 行：「change.flat」里不能用 before"),
        ('change:\n  flat: "与{base持平"\n', "花括号不成对"),
        ('change:\n  flat: "与{base.real}持平"\n', "花括号不成对"),
        ('change:\n  flat: "与{base}持平0.00"\n', "写死了数字"),
        ('change:\n  flat: "由于{base}"\n', "不用的词「由于」"),
        ("change:\n  flat: []\n", "应是一句话"),
        ("change: 持平\n", "下面应是「键: 句子」"),
        ("- 持平\n", "第 1 行"),
        ("banned: 由于\n", "应是词的清单"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_do(tmp_path, text, words):
    with pytest.raises(CatalogueError) as caught:
        sentences.load(overlay(tmp_path, text))
    assert words in str(caught.value)
    assert "sentences.yaml" in str(caught.value)


def test_the_product_s_own_sentences_are_in_order():
    found = sentences.load()
    assert len(found.patterns) > 100
    assert all(not found.banned_in(text) for text in found.patterns.values())
