"""Letters that nobody sees, and letters that look like others: what PDF files and web pages leave.

A code with a joiner in it is the same code; ⻄ out of a PDF is the 西 that the register has.
"""

import re

from data.intake.read.cells import Cells, Texts

# Format characters, and those that choose how the letter before them is drawn.
_UNSEEN = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
# The supplement of CJK radicals beside the ideographs of the same form (Unicode,
# EquivalentUnifiedIdeograph.txt); the Kangxi radicals are equal to theirs by normalisation.
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰"
    "⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞"
    "⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲"
)
_IDEOGRAPHS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑𫜹忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟"
    "罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿"
    "飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀"
)
_TABLE = str.maketrans(_RADICALS, _IDEOGRAPHS)
_ODD = f"[{_UNSEEN}{_RADICALS}]"
_FOUND, _UNSEEN_FOUND = re.compile(_ODD), re.compile(f"[{_UNSEEN}]")

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGIT, _STROKE = re.compile("[0-9]"), "\u0336"


def raised(text: str) -> str:
    """Digits that only a format raises, as digits that are so by themselves."""
    return text.translate(_RAISED)


def struck(text: str) -> str:
    """Digits that only a format strikes out, each with a stroke of its own."""
    return _DIGIT.sub(lambda digit: digit[0] + _STROKE, text)


def plain(text: str) -> str:
    """The text without letters that nobody sees, with ideographs for radicals."""
    return _UNSEEN_FOUND.sub("", text).translate(_TABLE) if _FOUND.search(text) else text


def plain_cells(cells: Cells) -> Cells:
    """A column with its texts made plain; the column itself where they all are."""
    if isinstance(cells, Texts):
        odd = cells.distinct.filter(cells.distinct.str.contains(_ODD))
        made = {text: plain(text) for text in odd.to_list()}
        return Texts(cells.series.replace(made)) if made else cells
    odd = {cell: plain(cell) for cell in set(cells) if type(cell) is str and _FOUND.search(cell)}
    return [odd.get(cell, cell) if type(cell) is str else cell for cell in cells] if odd else cells


def touched(cells: Cells, plain: Cells) -> frozenset[int]:
    """The rows in which two columns differ."""
    if isinstance(cells, Texts) and isinstance(plain, Texts):
        return frozenset((cells.series != plain.series).arg_true().to_list())
    pairs = enumerate(zip(cells, plain, strict=True))
    return frozenset(row for row, (old, new) in pairs if type(old) is str and old != new)
