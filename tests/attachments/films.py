"""Films as phones store them: MP4 and MOV, small, with whatever they note beside picture and sound.

`film(noted=[…])` puts boxes into places by name; `Film` says where the samples are, so that a test can look at them.
"""

import struct
from dataclasses import dataclass, field

CANARY = b"CANARY7Q2M"
PLACE = b"+10.3543+106.3678/"
MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
QUARTER_TURN = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def box(name, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def big_box(name, *parts):
    """With its length in 64 bits."""
    body = b"".join(parts)
    return struct.pack(">I4sQ", 1, name, 16 + len(body)) + body


def full(name, *parts, version=0, flags=0):
    return box(name, struct.pack(">I", version << 24 | flags), *parts)


def place_note():
    """©xyz, as Android and older iPhones write it."""
    return box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE))


def apple_note():
    """Keys and values of QuickTime (mdta)."""
    key = b"com.apple.quicktime.location.ISO6709"
    return box(
        b"meta", full(b"hdlr", bytes(4), b"mdta", bytes(13)),
        full(b"keys", struct.pack(">I", 1), struct.pack(">I", 8 + len(key)), b"mdta", key),
        box(b"ilst", box(b"\0\0\0\1", box(b"data", struct.pack(">II", 1, 0), PLACE))),
    )  # fmt: skip


def other_note(name=b"uuid"):
    return box(name, bytes(16), CANARY)


@dataclass
class Track:
    """Samples of one track, in chunks of so many."""

    handler: bytes
    codec: bytes
    samples: list
    per_chunk: int = 2
    noted: dict = field(default_factory=dict)  # {"trak" | "mdia" | "minf" | "stbl" | "entry": [boxes]}
    matrix: bytes = MATRIX
    self_contained: bool = True
    wide_offsets: bool = False

    @property
    def chunks(self):
        return [self.samples[start : start + self.per_chunk] for start in range(0, len(self.samples), self.per_chunk)]

    def noted_in(self, where):
        return b"".join(self.noted.get(where, []))

    def trak(self, number, offsets):
        tkhd = full(b"tkhd", struct.pack(">IIIII", 11, 12, number, 0, 90), bytes(16), self.matrix,
                    struct.pack(">II", 640 << 16, 360 << 16), flags=3)  # fmt: skip
        edts = box(b"edts", full(b"elst", struct.pack(">IIII", 1, 90, 0, 0x10000)))
        return box(b"trak", tkhd, edts, self.noted_in("trak"), self._mdia(offsets))

    def _mdia(self, offsets):
        mdhd = full(b"mdhd", struct.pack(">IIII", 11, 12, 90, 90), bytes(4))
        hdlr = full(b"hdlr", bytes(4), self.handler, bytes(12), b"Handler of " + CANARY + b"\0")
        return box(b"mdia", mdhd, hdlr, self.noted_in("mdia"), self._minf(offsets))

    def _minf(self, offsets):
        header = full(b"vmhd", bytes(8), flags=1) if self.handler == b"vide" else full(b"smhd", bytes(4))
        url = full(b"url ", b"" if self.self_contained else b"http://127.0.0.1/\0", flags=int(self.self_contained))
        dinf = box(b"dinf", full(b"dref", struct.pack(">I", 1), url))
        return box(b"minf", header, dinf, self.noted_in("minf"), self._stbl(offsets))

    def _stbl(self, offsets):
        sizes = [len(sample) for sample in self.samples]
        runs = [(1, self.per_chunk, 1)]
        if len(self.chunks) > 1 and len(self.chunks[-1]) != self.per_chunk:
            runs.append((len(self.chunks), len(self.chunks[-1]), 1))
        form, name = ("Q", b"co64") if self.wide_offsets else ("I", b"stco")
        return box(
            b"stbl", full(b"stsd", struct.pack(">I", 1), self._entry()),
            full(b"stts", struct.pack(">III", 1, len(sizes), 1)),
            full(b"stsc", struct.pack(">I", len(runs)), *(struct.pack(">III", *run) for run in runs)),
            full(b"stsz", struct.pack(f">II{len(sizes)}I", 0, len(sizes), *sizes)),
            self.noted_in("stbl"),
            full(name, struct.pack(f">I{len(offsets)}{form}", len(offsets), *offsets)),
        )  # fmt: skip

    def _entry(self):
        head = bytes(6) + struct.pack(">H", 1)
        if self.handler == b"vide":
            named = bytes([len(CANARY)]) + CANARY.ljust(31, b"\0")
            return box(self.codec, head, bytes(16), struct.pack(">HH", 640, 360), bytes(14), named, bytes(4),
                       box(b"avcC", b"\1\x64\0\x1f"), self.noted_in("entry"))  # fmt: skip
        return box(self.codec, head, bytes(20), full(b"esds", b"config"), self.noted_in("entry"))


@dataclass
class Film:
    content: bytes
    kept: dict  # {offset: bytes} of picture and sound
    others: dict  # of all other tracks


def picture_track(**options):
    return Track(b"vide", b"avc1", [bytes([65 + n]) * (40 + n) for n in range(5)], **options)


def sound_track(**options):
    return Track(b"soun", b"mp4a", [bytes([97 + n]) * (20 + n) for n in range(4)], **options)


def telemetry_track(**options):
    """A position a second, as action cameras and phones store it beside the picture."""
    return Track(b"meta", b"mebx", [PLACE + CANARY] * 3, **options)


def film(tracks=None, *, brand=b"isom", top=(), between=(), in_moov=(), moov_first=False, wrap=box):
    """A film of these tracks.

    Args:
        top: boxes beside moov and mdat.
        between: bytes hidden between the chunks of mdat.
        in_moov: boxes in moov.
        wrap: `big_box` for an mdat with a length of 64 bits.
    """
    tracks = tracks or [picture_track(), sound_track()]
    head = box(b"ftyp", brand, bytes(4), brand, b"mp42" if brand != b"qt  " else brand) + b"".join(top)
    begins = len(head) + len(wrap(b"mdat"))
    if moov_first:  # its length does not depend on the offsets in it
        begins += len(_moov(tracks, [[0] * len(track.chunks) for track in tracks], in_moov))
    media, offsets = _media(tracks, between, begins)
    moov, mdat = _moov(tracks, offsets, in_moov), wrap(b"mdat", media)
    content = head + (moov + mdat if moov_first else mdat + moov)
    return Film(content, _samples(tracks, offsets, sound=True), _samples(tracks, offsets, sound=False))


def _media(tracks, between, begins):
    media, offsets = b"", [[] for _ in tracks]
    for turn in range(max(len(track.chunks) for track in tracks)):
        for track, own in zip(tracks, offsets, strict=True):
            if turn < len(track.chunks):
                own.append(begins + len(media))
                media += b"".join(track.chunks[turn])
        media += b"".join(between)
    return media, offsets


def _moov(tracks, offsets, in_moov):
    mvhd = full(b"mvhd", struct.pack(">IIII", 11, 12, 90, 90), bytes(80))
    traks = [track.trak(number, own) for number, (track, own) in enumerate(zip(tracks, offsets, strict=True), 1)]
    return box(b"moov", mvhd, *in_moov, *traks)


def _samples(tracks, offsets, *, sound):
    return {
        offset: b"".join(chunk)
        for track, own in zip(tracks, offsets, strict=True)
        if (track.handler in (b"vide", b"soun")) == sound
        for offset, chunk in zip(own, track.chunks, strict=True)
    }
