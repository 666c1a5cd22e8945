"""Personal data blocks wherever it stands, is named by its cell, and is kept nowhere."""

import html
import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from data.__main__ import main
from data.snapshots.store import Store
from tests.data.small_world import open_world
from tests.data.test_main import V1, V2, village, workbook
from tests.fuzz import bases
from tests.fuzz.mutate import id_number

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def numbers():
    """An ID number of nobody that ends in a digit, and one that ends in X."""
    rng = random.Random(7)
    made = [id_number(rng) for _ in range(200)]
    return next(n for n in made if n[-1] != "X"), next(n for n in made if n[-1] == "X")


PLAIN, WITH_X = numbers()
MOBILE = "13912340000"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    store, catalogue = open_world(folder)
    return store, workbook(folder, catalogue, village(V1), village(V2), name="签约.xlsx")


@pytest.fixture
def try_out(world, tmp_path, monkeypatch, capsys):
    """Check and import a changed copy of the clean workbook; what was said, and all left behind."""
    store, clean = world
    (tmp_path / "temp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))

    def run(change=None, name="签约.xlsx", data=None):
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        if data is None:
            book = openpyxl.load_workbook(clean)
            if change:
                change(book)
            book.save(path)
        else:
            path.write_bytes(data)
        copies = tmp_path / "copies"
        words = ["--store", str(store.path)]
        codes = main([*words, "check", str(path), "--json", "--marked", str(copies)])
        codes = codes, main([*words, "import", str(path), "--note", "第51周"])
        said = capsys.readouterr()
        left = [tmp_path / "temp", copies, store.path]
        return codes, said.out, said.err, [p for f in left for p in f.rglob("*") if p.is_file()]

    return run


def everything(out, err, files):
    """All that was printed and written, as one text; packages unpacked."""
    texts = [out, err]
    for path in files:
        data = path.read_bytes()
        texts.append(path.name)
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                parts = [package.read(name) for name in package.namelist()]
            texts += [html.unescape(part.decode("utf-8", "replace")) for part in parts]
        else:
            texts += [data.decode("utf-8", "replace"), data.decode("utf-16-le", "replace")]
    return (
        "".join("".join(texts).split())
        .replace("-", "")
        .translate(str.maketrans("０１２３４５６７８９Ｘ", "0123456789X"))
    )


def row_of(page, text):
    return next(row for row in range(1, 30) if text in str(page.cell(row, 1).value))


def put(address, value):
    def change(book):
        book.worksheets[0][address] = value

    return change


def hidden_sheet(book):
    page = book.create_sheet("草稿")
    page["B3"] = f"李某 {PLAIN}"
    page.sheet_state = "hidden"


def hidden_row(book):
    page = book.worksheets[0]
    page["C7"] = PLAIN
    page.row_dimensions[7].hidden = True


def named_sheet(book):
    book.worksheets[0].title = PLAIN


def comment(book):
    book.worksheets[0]["D6"].comment = Comment(f"此户 {PLAIN}", "县办")


def page_header(book):
    book.worksheets[0].oddHeader.center.text = PLAIN


def defined_name(book):
    book.defined_names["某户"] = DefinedName("某户", attr_text=f'"{PLAIN}"')


def choices(book):
    rule = DataValidation(type="list", formula1=f'"{PLAIN},无"')
    book.worksheets[0].add_data_validation(rule)
    rule.add("D6")


def link(book):
    book.worksheets[0]["C6"].hyperlink = f"https://example.org/?p={PLAIN}"


def document_property(book):
    book.properties.description = f"经手 {PLAIN}"


def signature(book):
    page = book.worksheets[0]
    page.cell(row_of(page, "单位负责人"), 1).value = f"单位负责人:王建国({PLAIN}) 填报人:李红"


IN_CELLS = {
    "as text": ("D6", PLAIN),
    "as a number": ("D6", int(PLAIN)),
    "with spaces": ("C6", f"{PLAIN[:6]} {PLAIN[6:14]} {PLAIN[14:]}"),
    "with hyphens": ("C6", f"{PLAIN[:6]}-{PLAIN[6:14]}-{PLAIN[14:]}"),
    "full-width": ("C6", PLAIN.translate(WIDE)),
    "in a sentence": ("AD6", f"张某某({PLAIN})已外出,联系不上。"),
    "with a small x": ("C7", WITH_X.lower()),
    "with a full-width X": ("C7", WITH_X.translate(WIDE)),
    "in a header": ("D3", f"签约团队数{PLAIN}"),
    "in the title": ("A1", f"签约服务周报表 {PLAIN}"),
    "in a footnote": ("A11", f"注:{PLAIN} 未签"),
    "split by line breaks": ("C7", f"{PLAIN[:6]}\n{PLAIN[6:14]}\n{PLAIN[14:]}"),
}
ELSEWHERE = {
    "in a hidden sheet": (hidden_sheet, "B3"),
    "in a hidden row": (hidden_row, "C7"),
    "in a signature row": (signature, None),
    "in a sheet's name": (named_sheet, ""),
    "in a comment": (comment, ""),
    "in a page header": (page_header, ""),
    "in a defined name": (defined_name, ""),
    "in the choices of a cell": (choices, ""),
    "in a link": (link, ""),
    "in a property of the file": (document_property, ""),
}


def blocked(result, number, cell=None):
    (checked, imported), out, err, files = result
    assert checked in (1, 2) and imported in (1, 2)
    assert '"privacy.id"' in out
    if cell:
        assert f'"cell": "{cell}"' in out
    text = everything(out, err, files)
    assert number.upper() not in text.upper()
    assert number[:17] not in text


class TestIdNumbers:
    @pytest.mark.parametrize("how", IN_CELLS)
    def test_in_a_cell_it_blocks_by_address_and_is_kept_nowhere(self, try_out, how):
        address, value = IN_CELLS[how]
        number = WITH_X if " X" in how or " x" in how else PLAIN
        blocked(try_out(put(address, value)), number, address)

    @pytest.mark.parametrize("where", ELSEWHERE)
    def test_elsewhere_in_the_file_too(self, try_out, where):
        change, cell = ELSEWHERE[where]
        blocked(try_out(change), PLAIN, cell)

    def test_a_comment_is_named_by_the_cell_it_hangs_on(self, try_out):
        assert "批注（D6）" in try_out(comment)[1]

    def test_in_the_files_name(self, try_out):
        blocked(try_out(name=f"{PLAIN}张某.xlsx"), PLAIN)

    @pytest.mark.parametrize("kind", ["csv", "gb18030", "xls"])
    def test_in_the_other_formats(self, world, try_out, kind):
        grid = bases._grid(world[1])
        grid[6][2] = f"赵某 {PLAIN}"
        if kind == "xls":
            result = try_out(name="签约.xls", data=bases.as_xls(grid))
        else:
            encoding = "utf-8-sig" if kind == "csv" else kind
            result = try_out(name="签约.csv", data=bases.as_csv(grid, encoding))
        blocked(result, PLAIN, "C7")

    def test_a_csv_that_made_a_number_of_it(self, world, try_out):
        grid = bases._grid(world[1])
        grid[6][2] = f"{int(PLAIN):.14E}"
        blocked(try_out(name="签约.csv", data=bases.as_csv(grid, "utf-8")), PLAIN, "C7")

    def test_a_number_with_a_wrong_last_digit_is_left_alone(self, try_out):
        wrong = PLAIN[:-1] + ("1" if PLAIN[-1] != "1" else "2")
        assert '"privacy.id"' not in try_out(put("AD6", wrong))[1]


class TestMobileNumbers:
    @pytest.mark.parametrize(
        "value", [MOBILE, int(MOBILE), f"电话 {MOBILE[:3]}-{MOBILE[3:7]}-0000"]
    )
    def test_in_a_data_row_it_blocks_and_is_kept_nowhere(self, try_out, value):
        (checked, imported), out, err, files = try_out(put("D6", value))
        assert (checked, imported) == (1, 1)
        assert '"privacy.mobile"' in out and '"cell": "D6"' in out
        assert MOBILE not in everything(out, err, files)

    def test_in_a_signature_row_it_is_no_finding_but_leaves_the_copy(self, try_out):
        def change(book):
            page = book.worksheets[0]
            page.cell(
                row_of(page, "单位负责人"), 1
            ).value = f"单位负责人:王建国 填报人:李红 联系电话:{MOBILE}"
            page["H6"] = 101

        _, out, err, files = try_out(change)
        assert "privacy" not in out
        assert any("问题标注" in path.name for path in files)
        assert MOBILE not in everything(out, err, files)


class TestNames:
    def test_a_column_of_names_blocks_and_is_cleared_in_the_copy(self, try_out):
        def change(book):
            page = book.worksheets[0]
            column = page.max_column + 1
            for row, text in ((4, "患者姓名"), (6, "钱某某"), (7, "孙某某")):
                page.cell(row, column).value = text

        (checked, imported), out, err, files = try_out(change)
        assert (checked, imported) == (1, 1)
        assert '"privacy.name"' in out
        text = everything(out, err, files)
        assert "钱某某" not in text and "孙某某" not in text
        assert "格个人信息已从副本中清除" in text

    def test_a_footnote_about_names_clears_nothing(self, try_out):
        def change(book):
            page = book.worksheets[0]
            last = page.max_row
            page.cell(last + 1, 1).value = "2. 姓名、手机号"
            page.cell(last + 2, 1).value = "3. 不得填写姓名和身份证号"
            page.cell(last + 3, 1).value = "4. 以系统数为准"
            page["H6"] = 101

        _, out, err, files = try_out(change)
        text = everything(out, err, files)
        assert "4.以系统数为准" in text and "个人信息已从副本中清除" not in text

    def test_who_signed_is_asked_for_and_not_stored(self, world, try_out):
        (_, imported), out, _, _ = try_out()
        assert imported == 0 and "privacy" not in out
        store = Store(world[0].path)
        rows = store.rows(store.latest(), "tables", "T04")
        assert "王建国" not in rows.write_csv() and "李红" not in rows.write_csv()


def test_a_reason_or_a_note_with_a_number_is_refused(world, capsys):
    store, path = world
    words = ["--store", str(store.path), "import", str(path)]
    assert main([*words, "--note", f"来电 {MOBILE}"]) == 2
    assert main([*words, "--waive", f"T04.signed_pop.3:{V1}=见{PLAIN}"]) == 2
    assert PLAIN not in capsys.readouterr().err
    assert not any(MOBILE in p.read_text("utf-8") for p in Path(store.path).rglob("0*.json"))
