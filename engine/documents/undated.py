"""Zips without the time of day, so that the same content is the same bytes.

A letter that is merged again, because the process that merged it was killed before it was filed, must come out as the
same file: the store keeps it once, and nothing stays behind that belongs to no document.
"""

import io
import struct
import zipfile

FIRST_DAY = struct.pack("<HH", 0, 1 << 5 | 1)  # 1 January 1980: the first that the format knows (APPNOTE.TXT, 4.4.6)


def undated(content: bytes) -> bytes:
    """Return a zip that we have just written with the time of each member set to the first that the format knows."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        starts, entry = [member.header_offset for member in archive.infolist()], archive.start_dir
    file = bytearray(content)
    for start in starts:
        file[start + 10 : start + 14] = FIRST_DAY  # local header, 4.3.7
        file[entry + 12 : entry + 16] = FIRST_DAY  # its entry in the directory, 4.3.12
        entry += 46 + sum(struct.unpack_from("<HHH", file, entry + 28))  # name, extra, comment
    return bytes(file)
