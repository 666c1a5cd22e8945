"""What is refused before a cell is read, and that the refusal is quick and says what to do."""

import io
import struct
import time
import tracemalloc
import zipfile

import pytest
import xlsxwriter
import xlwt

from data.errors import ImportRefused
from data.intake.read import kinds, safety
from data.intake.read import workbook as workbooks
from tests.data.intake.corpus import locked
from tests.data.intake.corpus.writers import container

LIMITS = safety.FileLimits()


def workbook(path, fill=None):
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("表")
    page.write(0, 0, "甲")
    if fill:
        fill(page, book)
    book.close()
    return path


def workbook_bytes():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("表").write(0, 0, "甲")
    book.close()
    return out.getvalue()


def old_workbook_bytes():
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    for row in range(500):
        page.write(row, 0, f"甲{row or ''}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(path, replace=None, add=None):
    """The workbook with some parts replaced by other bytes."""
    parts = {}
    with zipfile.ZipFile(path) as old:
        for info in old.infolist():
            parts[info.filename] = old.read(info)
    parts |= replace or {}
    parts |= add or {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def cell_rows(*addresses):
    return "".join(
        f'<row r="{address.lstrip("ABCDEFXYZabcdfx")}"><c r="{address}"><v>1</v></c></row>'
        for address in addresses
    )


def sheet_xml(rows):
    head = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return f"{head}{rows}</sheetData></worksheet>".encode()


def refusal(path, limits=LIMITS):
    started = time.perf_counter()
    with pytest.raises(safety.FileRefused) as caught:
        workbooks.sheets(safety.check(path, limits), limits)
    assert time.perf_counter() - started < 5
    message = str(caught.value)
    assert path.name in message
    assert message.endswith("。")
    assert "\n" not in message
    return caught.value.rule


def test_a_refusal_is_an_error_that_people_may_read():
    assert issubclass(safety.FileRefused, ImportRefused)


class TestFiles:
    def test_a_missing_file(self, tmp_path):
        assert refusal(tmp_path / "没有.xlsx") == "file.missing"

    def test_an_empty_file(self, tmp_path):
        (tmp_path / "空.xlsx").touch()
        assert refusal(tmp_path / "空.xlsx") == "file.empty"

    def test_a_file_that_is_too_large(self, tmp_path):
        path = tmp_path / "大.csv"
        path.write_bytes(b"a,b\n" * 300_000)
        assert refusal(path, safety.FileLimits(max_csv_mb=1)) == "file.large"

    def test_a_text_file_may_be_larger_than_a_workbook(self, tmp_path):
        path = tmp_path / "大.csv"
        path.write_bytes(b"a,b\n" * 300_000)
        assert safety.check(path, safety.FileLimits(max_file_mb=1)).kind == kinds.TEXT

    def test_a_text_file_of_too_many_cells(self, tmp_path):
        path = tmp_path / "大.csv"
        path.write_bytes(b"a,b\n" * 300)
        limits = safety.FileLimits(max_csv_cells=500)
        with pytest.raises(safety.FileRefused, match="超过上限"):
            workbooks.sheets(safety.check(path, limits), limits)

    @pytest.mark.parametrize("kind", ["xlsx", "xls"])
    def test_a_workbook_of_too_many_sheets(self, tmp_path, kind):
        path = tmp_path / f"多.{kind}"
        if kind == "xls":
            book = xlwt.Workbook()
            for number in range(4):
                book.add_sheet(f"{number}").write(0, 0, "签约")
            book.save(str(path))
        else:
            with xlsxwriter.Workbook(str(path)) as book:
                for _ in range(4):
                    book.add_worksheet().write(0, 0, "签约")
        four, three = safety.FileLimits(max_sheets=4), safety.FileLimits(max_sheets=3)
        assert len(workbooks.sheets(safety.check(path, four), four)) == 4
        with pytest.raises(safety.FileRefused, match="有 4 个工作表，超过上限 3 个"):
            workbooks.sheets(safety.check(path, three), three)

    @pytest.mark.parametrize("ending", [".xlsx", ".xls", ".csv", ".et", ".docx", ""])
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            ("甲,乙\n1,2".encode(), kinds.TEXT),
            ("甲\t乙\n1\t2".encode("utf-16"), kinds.TEXT),
            (b"<html><table><tr><td>1</table></html>", kinds.HTML),
            (b"\r\n<TABLE><tr><td>1</TABLE>", kinds.HTML),
            (b"<?xml version='1.0'?><html><table><tr><td>1</td></tr></table></html>", kinds.HTML),
        ],
    )
    def test_what_a_file_is_its_content_says(self, tmp_path, ending, content, kind):
        path = tmp_path / f"表{ending}"
        path.write_bytes(content)
        assert safety.check(path, LIMITS).kind == kind

    @pytest.mark.parametrize("ending", [".csv", ".xls", ".et", ".xlsm", ""])
    def test_a_workbook_under_any_name_is_one(self, tmp_path, ending):
        path = workbook(tmp_path / "a.xlsx").rename(tmp_path / f"b{ending}")
        assert safety.check(path, LIMITS).kind == kinds.XLSX

    @pytest.mark.parametrize(
        ("content", "what"),
        [
            (b"%PDF-1.4\n", "PDF"),
            (b"\x89PNG\r\n\x1a\n", "图片"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "图片"),
            (b"\x03\x7a\x0c\x1f" + bytes(60), "DBF"),
            (b"Rar!\x1a\x07\0", "压缩包"),
            (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "网页档案"),
            (b"<html><body>404</body></html>", "没有表格"),
            (b"<?xml version='1.0'?><root/>", "XML"),
            (b"\x07\0\x01\0\x02", "不是表格"),
        ],
    )
    def test_what_holds_no_cells_is_called_what_it_is(self, tmp_path, content, what):
        path = tmp_path / "表.xls"
        path.write_bytes(content)
        assert refusal(path) == "file.foreign"
        with pytest.raises(safety.FileRefused, match=what):
            safety.check(path, LIMITS)

    def test_a_word_document(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "表.docx", "w") as archive:
            archive.writestr("word/document.xml", "<a/>")
        with pytest.raises(safety.FileRefused, match="Word 文档"):
            safety.check(tmp_path / "表.docx", LIMITS)

    def test_text_in_no_known_encoding(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(b"\xff\xff\xff,\x80\x80\n")
        assert refusal(tmp_path / "a.csv") == "file.encoding"

    def test_the_settings_change_the_limits(self):
        limits = safety.FileLimits.from_settings({"import": {"max_file_mb": 5}, "other": 1})
        assert limits == safety.FileLimits(max_file_mb=5)


class TestPackages:
    def test_a_zip_that_is_no_workbook(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr("word/document.xml", "<a/>")
        assert refusal(tmp_path / "a.xlsx") == "file.foreign"

    @pytest.mark.parametrize("kept", [30, 600, 3000])
    def test_a_torn_file(self, tmp_path, kept):
        path = workbook(tmp_path / "a.xlsx")
        path.write_bytes(path.read_bytes()[:kept])
        assert refusal(path) == "file.damaged"

    def test_a_broken_sheet(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        repacked(path, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c></worksheet>"})
        assert refusal(path) == "file.damaged"

    def test_a_bomb_that_admits_its_size(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        repacked(path, add={"xl/media/a.bin": bytes(80 << 20)})
        assert refusal(path) == "file.bomb"

    def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        repacked(path, add={"xl/media/a.bin": bytes(300 << 20)})
        data = bytearray(path.read_bytes())
        size = struct.pack("<I", 300 << 20)
        while (at := data.find(size)) >= 0:
            data[at : at + 4] = struct.pack("<I", 1000)
        path.write_bytes(bytes(data))
        tracemalloc.start()
        assert refusal(path) in ("file.bomb", "file.damaged")
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
        tracemalloc.stop()

    def test_too_many_parts(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        repacked(path, add={f"x/{number}": b"" for number in range(3100)})
        assert refusal(path) == "file.bomb"

    @pytest.mark.parametrize(
        "rows",
        [
            cell_rows("A1", "XFD1048576"),
            cell_rows("XFD1", "A1048576"),
            cell_rows("A1", "xfd1048576"),
            cell_rows("A1", "XFD1048576").replace('"', "'"),
            cell_rows("A1", "XFD1048576").replace("<c r", "<c\tr"),
            cell_rows("A1", "XFD1048576").replace("<c r", "<c s='1' r"),
            '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
            "<row>" + "<c><v>1</v></c>" * 16000 + "</row>" + "<row><c><v>1</v></c></row>" * 2000,
        ],
    )
    def test_two_far_cells_do_not_fill_the_memory(self, tmp_path, rows):
        path = workbook(tmp_path / "a.xlsx")
        repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(rows)})
        assert refusal(path) == "file.bomb"

    def test_a_namespace_prefix_hides_nothing(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        rows = '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        rows += '<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
        name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        xml = f'<x:worksheet xmlns:x="{name}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
        repacked(path, {"xl/worksheets/sheet1.xml": xml.encode()})
        assert refusal(path) == "file.bomb"

    def test_a_sheet_that_does_not_look_like_one_is_counted_too(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        with zipfile.ZipFile(path) as archive:
            links = archive.read("xl/_rels/workbook.xml.rels")
        moved = links.replace(b"worksheets/sheet1.xml", b"theme/other.bin")
        sheet = sheet_xml(cell_rows("A1", "XFD1048576"))
        repacked(path, {"xl/_rels/workbook.xml.rels": moved, "xl/theme/other.bin": sheet})
        assert refusal(path) == "file.bomb"

    def test_a_sheet_in_another_encoding_hides_nothing(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        sheet = sheet_xml(cell_rows("A1", "XFD1048576")).decode().encode("utf-16")
        repacked(path, {"xl/worksheets/sheet1.xml": sheet})
        assert refusal(path) == "file.foreign"

    def test_formats_far_away_are_no_reason_to_refuse(self, tmp_path):
        def fill(page, book):
            page.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

        path = workbook(tmp_path / "a.xlsx", fill)
        (sheet,) = workbooks.sheets(safety.check(path, LIMITS), LIMITS)
        assert (sheet.height, sheet.width) == (1, 1)

    @pytest.mark.parametrize("end", ['s="1"/>', 's="1" />', 's="1"></c>'])
    def test_formats_down_to_the_last_row_cost_neither_time_nor_memory(self, tmp_path, end):
        path = workbook(tmp_path / "a.xlsx")
        before = '<row r="1"><c r="A1"><v>1</v></c></row>'
        formats = "".join(
            f'<row r="{row}" s="1" customFormat="1"><c r="A{row}" {end}<c r="B{row}" {end}</row>'
            for row in range(2, 1_048_576)
        )
        after = '<row r="1048576"><c r="B1048576"><v>2</v></c></row>'
        repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(before + formats + after)})
        formats = ""
        tracemalloc.start()
        started = time.process_time()
        checked = safety.check(path, LIMITS)
        took, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert took < 10 and peak < 100 << 20
        assert len(checked.data) < 16 << 20
        (sheet,) = workbooks.sheets(checked, LIMITS)
        assert (sheet.height, sheet.width) == (1_048_576, 2)
        assert (sheet.columns[0][0], sheet.columns[1][-1]) == (1, 2)

    @pytest.mark.parametrize("cell", ['<c r="XFD1048576">', '<c r="XFD1048576" t="s">'])
    @pytest.mark.parametrize("shift", range(0, 34, 3))
    def test_a_value_behind_formats_is_seen_wherever_the_pieces_end(self, tmp_path, cell, shift):
        path = workbook(tmp_path / "a.xlsx")
        row = '<row r="2"><c r="A2" s="1"/></row>'
        formats = row * ((1 << 20) // len(row) - 3)
        head = '<row r="1"><c r="A1"><v>1</v></c></row>' + " " * shift
        far = f'<row r="1048576">{cell}<v>0</v></c></row>'
        repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(head + formats + row + far + row)})
        assert refusal(path) == "file.bomb"

    def test_one_long_text_in_many_cells(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        cells = "".join(
            f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 100_001)
        )
        strings = f"<sst><si><t>{'长' * 32_000}</t></si></sst>".encode()
        parts = {"xl/worksheets/sheet1.xml": sheet_xml(cells), "xl/sharedStrings.xml": strings}
        repacked(path, parts)
        assert refusal(path) == "file.bomb"


class TestPasswords:
    def test_a_zip_with_a_password(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        data = bytearray(path.read_bytes())
        at = data.find(b"PK\x01\x02")
        while at >= 0:
            data[at + 8] |= 1
            at = data.find(b"PK\x01\x02", at + 1)
        path.write_bytes(bytes(data))
        assert refusal(path) == "file.encrypted"

    def test_a_new_workbook_with_a_password(self, tmp_path):
        (tmp_path / "a.xlsx").write_bytes(container("EncryptedPackage", b"x"))
        assert refusal(tmp_path / "a.xlsx") == "file.encrypted"

    def test_an_old_workbook_with_a_password(self, tmp_path):
        start = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0, 0, 0, 0)
        stream = start + struct.pack("<HH", 0x002F, 6) + bytes(6)
        (tmp_path / "a.xls").write_bytes(container("Workbook", stream))
        assert refusal(tmp_path / "a.xls") == "file.encrypted"

    @pytest.mark.parametrize("lock", [locked.new, locked.old])
    def test_the_password_that_excel_itself_knows_is_none(self, tmp_path, lock):
        data = workbook_bytes() if lock is locked.new else old_workbook_bytes()
        path = tmp_path / "a.xls"
        path.write_bytes(lock(data, locked.STANDING))
        (sheet,) = workbooks.sheets(safety.check(path, LIMITS), LIMITS)
        assert sheet.columns[0][0] == "甲"
        path.write_bytes(lock(data, "1234"))
        assert refusal(path) == "file.encrypted"

    def test_a_password_that_would_take_hours_to_try(self, tmp_path):
        data = locked.new(workbook_bytes(), locked.STANDING)
        declared, rounds = b' standalone="yes"', b'spinCount="100000"'
        assert declared in data and rounds in data
        slow = b'spinCount="999999999"'.ljust(len(declared) + len(rounds))
        (tmp_path / "a.xlsx").write_bytes(data.replace(declared, b"").replace(rounds, slow))
        assert refusal(tmp_path / "a.xlsx") == "file.encrypted"

    def test_an_old_word_file(self, tmp_path):
        (tmp_path / "a.xls").write_bytes(container("WordDocument", b"x"))
        assert refusal(tmp_path / "a.xls") == "file.foreign"

    @pytest.mark.parametrize("kept", [8, 100, 600, 2000, 5000])
    def test_a_torn_old_workbook(self, tmp_path, kept):
        book = xlwt.Workbook()
        book.add_sheet("a").write(0, 0, "x")
        buffer = io.BytesIO()
        book.save(buffer)
        (tmp_path / "a.xls").write_bytes(buffer.getvalue()[:kept])
        assert refusal(tmp_path / "a.xls") in ("file.foreign", "file.damaged")


class TestReading:
    def sheets(self, path):
        return workbooks.sheets(safety.check(path, LIMITS), LIMITS)

    def test_addresses_are_those_a_person_sees(self, tmp_path):
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        page = book.add_worksheet()
        page.write(6, 2, "x")
        page.merge_range(7, 3, 8, 27, "y")
        book.close()
        (sheet,) = self.sheets(tmp_path / "a.xlsx")
        assert sheet.address(0, 0) == "C7"
        assert sheet.merged == ((1, 1, 1, 1),)

    def test_error_cells_and_formulas_without_a_result_are_kept_as_errors(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        rows = (
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><f>X!A1</f><v>#REF!</v></c></row>'
            '<row r="2"><c r="A2"><f>A1+1</f><v></v></c>'
            '<c r="B2" t="str"><f>""</f><v></v></c></row>'
        )
        repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(rows)})
        (sheet,) = self.sheets(path)
        assert sheet.columns[1][0] == "#REF!"
        assert isinstance(sheet.columns[1][0], workbooks.CellError)
        assert isinstance(sheet.columns[0][1], workbooks.CellError)
        assert sheet.columns[1][1] == ""

    def test_an_error_outside_the_filled_cells_widens_the_sheet(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx")
        rows = '<row r="3"><c r="C3"><v>1</v></c></row>'
        rows += '<row r="1"><c r="E1" t="e"><v>#N/A</v></c></row>'
        repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(rows)})
        (sheet,) = self.sheets(path)
        assert sheet.address(0, 2) == "E1"
        assert sheet.columns[2][0] == "#N/A"
        assert sheet.columns[0][2] == 1

    def test_a_ragged_text_file_is_squared(self, tmp_path):
        (tmp_path / "a.csv").write_text("a,b,c\n1\n", "utf-8")
        (sheet,) = self.sheets(tmp_path / "a.csv")
        assert [list(column) for column in sheet.columns] == [["a", "1"], ["b", ""], ["c", ""]]
