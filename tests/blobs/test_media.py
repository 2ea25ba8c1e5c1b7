"""What files are, by their first bytes."""

import struct

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.blobs.media import FIRST_BYTES, Media, media_of
from tests.blobs.samples import OTHERS, avif, box, exif, gif, jpeg, png, webp


class Types(SynchronousTestCase):
    """The table."""

    def test_others(self) -> None:
        """Sound and film, and all that is not in the table: text is nothing of its own, nor are scripts."""
        for kind, beginnings in OTHERS.items():
            for first in beginnings:
                self.assertEqual(media_of(first), Media(kind), first)

    def test_nearly(self) -> None:
        """A beginning is compared as a whole, and where it belongs."""
        for whole in (png(3, 2), jpeg(3, 2), gif(3, 2), webp(b"VP8X", bytes(10)), avif((3, 2)), b"fLaC", b"OggS"):
            self.assertEqual(media_of(b" " + whole), Media())
            self.assertEqual(media_of(whole[:2]), Media())


class Sizes(SynchronousTestCase):
    """Pictures, as large as they are shown."""

    def test_png(self) -> None:
        """Only the header is read, however much it promises."""
        self.assertEqual(media_of(png(640, 480)), Media("image/png", 640, 480))
        self.assertEqual(media_of(png(30_000, 30_000, bytes(109_000))), Media("image/png", 30_000, 30_000))
        self.assertEqual(media_of(png(0, 480)), Media("image/png"))
        self.assertEqual(media_of(png(640, 480)[:20]), Media("image/png"))

    def test_gif(self) -> None:
        """Both numbers are there, or none."""
        self.assertEqual(media_of(gif(300, 7)), Media("image/gif", 300, 7))
        self.assertEqual(media_of(gif(300, 7)[:9]), Media("image/gif"))
        self.assertEqual(media_of(gif(300, 0)), Media("image/gif"))

    def test_webp(self) -> None:
        """All three kinds of it."""
        extended = bytes(4) + struct.pack("<I", 1919)[:3] + struct.pack("<I", 1079)[:3]
        lossless = b"\x2f" + struct.pack("<I", (99 << 14) | 199) + bytes(8)
        lossy = bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 320 | 0x4000, 200)
        self.assertEqual(media_of(webp(b"VP8X", extended)), Media("image/webp", 1920, 1080))
        self.assertEqual(media_of(webp(b"VP8L", lossless)), Media("image/webp", 200, 100))
        self.assertEqual(media_of(webp(b"VP8 ", lossy)), Media("image/webp", 320, 200))
        for broken in (webp(b"VP8 ", bytes(20)), webp(b"ALPH", extended), webp(b"VP8X", extended)[:29]):
            self.assertEqual(media_of(broken), Media("image/webp"))

    def test_avif(self) -> None:
        """Among several sizes it is the largest; a picture may be turned; its brand may not be the first."""
        self.assertEqual(media_of(avif((160, 90), (1600, 900))), Media("image/avif", 1600, 900))
        self.assertEqual(media_of(avif((1600, 900), turns=3)), Media("image/avif", 900, 1600))
        self.assertEqual(media_of(avif((1600, 900), turns=2)), Media("image/avif", 1600, 900))
        self.assertEqual(media_of(avif((16, 9), major=b"mif1")), Media("image/avif", 16, 9))
        self.assertEqual(media_of(avif()), Media("image/avif"))
        self.assertEqual(media_of(box(b"ftyp", b"avif")), Media("image/avif"))
        long_box = b"\0\0\0\1skip" + struct.pack(">Q", 24) + bytes(8)
        head, meta = avif((16, 9))[:24], avif((16, 9))[24:]
        self.assertEqual(media_of(head + long_box + meta), Media("image/avif", 16, 9))

    def test_jpeg(self) -> None:
        """The size stands behind what cameras put before it."""
        profile = b"\xff\xe2\xff\xff" + bytes(65533)
        self.assertEqual(media_of(jpeg(400, 300)), Media("image/jpeg", 400, 300))
        self.assertEqual(media_of(jpeg(400, 300, frame=0xC2)), Media("image/jpeg", 400, 300))
        self.assertEqual(media_of(jpeg(400, 300, profile, profile, b"\xff\xff")), Media("image/jpeg", 400, 300))
        for broken in (jpeg(0, 300), jpeg(400, 300, frame=0xC4), jpeg(400, 300)[:8], b"\xff\xd8\xff\xe0\0\0"):
            self.assertEqual(media_of(broken), Media("image/jpeg"))

    def test_turned(self) -> None:
        """A photo that was taken upright, and is stored on its side, has the size of an upright one."""
        for orientation in range(10):
            shown = (300, 400) if orientation in (5, 6, 7, 8) else (400, 300)
            for order in "<>":
                found = media_of(jpeg(400, 300, exif(orientation, order)))
                self.assertEqual(found, Media("image/jpeg", *shown), (orientation, order))
        cut = b"\xff\xe1\0\x10Exif\0\0II*\0\xff\xff\xff\xff"
        self.assertEqual(media_of(jpeg(400, 300, cut)), Media("image/jpeg", 400, 300))


SOUND = st.sampled_from(
    [png(3, 2), jpeg(3, 2, exif(6)), gif(3, 2), webp(b"VP8X", bytes(20)), avif((3, 2), turns=1)]
    + [first for beginnings in OTHERS.values() for first in beginnings]
)


class Hostile(SynchronousTestCase):
    """Bytes that nobody's camera wrote."""

    @given(SOUND, st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=8)), max_size=6), st.integers(0, 300))
    def test_any(self, sound: bytes, changes: list[tuple[int, bytes]], length: int) -> None:
        """Whatever is changed or cut off, there is an answer, and a size is either whole and positive or not there."""
        data = bytearray(sound)
        for at, change in changes:
            data[at : at + len(change)] = change
        found = media_of(bytes(data[:length]))
        self.assertEqual(found.width is None, found.height is None)
        self.assertTrue(found.width is None or 0 < found.width < 2**32, found)
        self.assertTrue(found.height is None or 0 < found.height < 2**32, found)

    def test_endless(self) -> None:
        """No header makes us read for long: what is counted is bounded."""
        for first in (
            b"\xff\xd8" + b"\xff\xe0\0\2" * (FIRST_BYTES // 4),
            b"\xff\xd8" + b"\xff" * FIRST_BYTES,
            box(b"ftyp", b"avif") + box(b"free") * (FIRST_BYTES // 8),
            box(b"ftyp", b"avif") + b"\0\0\0\1free" + bytes(8) + bytes(FIRST_BYTES),
        ):
            self.assertIsNone(media_of(first).width)
