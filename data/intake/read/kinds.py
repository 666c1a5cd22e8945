"""What a file is, told by its content; its name says nothing."""

import codecs
import re

from data.intake.read.limits import ZIP_MAGIC, Archive, Refusal

XLSX, XLSB, ODS, XLS, OLD_XLS = "xlsx", "xlsb", "ods", "xls", "old xls"
HTML, XML, TEXT, ZIP = "html", "xml", "text", "zip"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# So much of a file is looked at.
HEAD = 1 << 13
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再报。"
_SEND_TABLE = "请报送做成它的那份电子表格（.xlsx）。"
_PICTURE, _ARCHIVE = "图片", "压缩包（不是 zip）"
# Beginnings of files that hold no cells: what they are, and the way out.
_OTHERS = (
    ((b"%PDF",), "PDF 文件，读不出表格", _SEND_TABLE),
    (
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF"),
        "图片",
        _SEND_TABLE,
    ),
    (
        (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b"),
        "压缩包（不是 zip）",
        "请解开后报送里面的工作簿。",
    ),
    ((b"{\\rtf",), "文字文档", _SEND_TABLE),
)
# Excel 2 to 4 and some programs' own writers: the stream of records without a container.
_BARE_RECORDS = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00", re.DOTALL)
# Version, date of the last change, and header and record lengths that fit each other.
_DBF = re.compile(
    rb"[\x02\x03\x30\x31\x43\x83\x8b\xf5][\x00-\xff][\x01-\x0c][\x01-\x1f]", re.DOTALL
)
_MARKUP = re.compile(r"\s*<(?:[!?]|[a-z][\w:]*[\s>/])", re.IGNORECASE)
_WEB_PAGE = re.compile(r"<(?:html|table)[\s>]", re.IGNORECASE)
_WEB_ARCHIVE = re.compile(rb"(?:MIME-Version|From|Content-Type):", re.IGNORECASE)
_SPREADSHEET_ML = "urn:schemas-microsoft-com:office:spreadsheet"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def of(head: bytes) -> str:
    """The kind of a file by its first bytes; `zip` and `xls` stand for all in such a container.

    raises Refusal for what holds no cells.
    """
    if head.startswith(ZIP_MAGIC):
        return ZIP
    if head.startswith(OLE_MAGIC):
        return XLS
    if _BARE_RECORDS.match(head):
        return OLD_XLS
    for starts, what, way_out in _OTHERS:
        if head.startswith(starts):
            raise Refusal("file.foreign", f"这是{what}", way_out)
    if _WEB_ARCHIVE.match(head):
        raise Refusal("file.foreign", "这是网页档案（mht）", _SAVE_AS)
    is_wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in head and not is_wide:
        if _DBF.match(head) and len(head) >= 32:
            raise Refusal("file.foreign", "这是 DBF 数据库文件", _SAVE_AS)
        raise Refusal("file.foreign", "文件内容不是表格")
    return _of_text(head.decode("utf-16" if is_wide else "utf-8", "replace").lstrip("\ufeff"))


def _of_text(head: str) -> str:
    if not _MARKUP.match(head):
        return TEXT
    if _SPREADSHEET_ML in head:
        return XML
    if head.lstrip().startswith("<?xml") and not _WEB_PAGE.search(head):
        raise Refusal("file.foreign", "这是 XML 文件，不是工作簿", _SAVE_AS)
    return HTML


def of_zip(archive: Archive) -> str:
    """The kind of a zip: a workbook of one of three forms, or a zip of files.

    raises Refusal for a document of another program.
    """
    names = archive.names
    if archive.start("mimetype", 64).startswith(_ODS):
        return ODS
    if any(name.endswith("/workbook.bin") for name in names):
        return XLSB
    if any(name.endswith("/workbook.xml") for name in names):
        return XLSX
    for start, what in (("word/", "Word 文档"), ("ppt/", "演示文稿"), ("OFD.xml", "OFD 版式文件")):
        if any(name.startswith(start) for name in names):
            raise Refusal("file.foreign", f"这是{what}", _SEND_TABLE)
    if "mimetype" in names and "content.xml" in names:
        raise Refusal("file.foreign", "这是文字文档", _SEND_TABLE)
    return ZIP
