"""Workbooks under a password, as Excel writes them."""

import io
import struct
from hashlib import md5

from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.rc4 import DocumentRC4

from data.intake.read.formats import ole
from tests.data.intake.corpus.writers import container

# Excel puts this on a workbook whose structure is protected, and opens it without asking.
STANDING = "VelvetSweatshop"
_BOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x002F, 0x0085
_SALT = bytes(range(16))


def new(data: bytes, password: str) -> bytes:
    """An .xlsx under a password."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()


def old(data: bytes, password: str) -> bytes:
    """An .xls under a password (RC4), from one without."""
    verifier = bytes(16)
    told = DocumentRC4.decrypt(password, _SALT, io.BytesIO(verifier + md5(verifier).digest()))
    header = struct.pack("<HHH", 1, 1, 1) + _SALT + told.read()
    locked = struct.pack("<HH", _FILEPASS, len(header)) + header
    heads, bodies, plain = [], io.BytesIO(), []
    for kind, body in _records(ole.stream(data)):
        if kind == _BOUNDSHEET:
            place = struct.unpack_from("<I", body)[0] + len(locked)
            body = struct.pack("<I", place) + body[4:]
        heads.append(struct.pack("<HH", kind, len(body)))
        plain.append(body if kind == _BOF else body[:4] if kind == _BOUNDSHEET else b"")
        bodies.write(bytes(4) + body)
        if len(heads) == 1:
            heads.append(locked)
            plain.append(b"")
            bodies.write(bytes(len(locked)))
    bodies.seek(0)
    secret = DocumentRC4.decrypt(password, _SALT, bodies, blocksize=1024).read()
    out, at = bytearray(), 0
    for head, kept in zip(heads, plain, strict=True):
        length = len(head) if head == locked else 4 + struct.unpack("<HH", head)[1]
        out += head + (kept + secret[at + 4 + len(kept) : at + length] if head != locked else b"")
        at += length
    return container("Workbook", bytes(out))


def _records(stream: bytes):
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if not kind:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
