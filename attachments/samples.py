"""Where the samples of a track lie in the file, by its sample table (ISO/IEC 14496-12, 8.7)."""

import struct
from itertools import accumulate, pairwise

from attachments.boxes import children, one

MOST_CHUNKS = 200_000  # a film that we take has some thousands


def sample_ranges(film, trak):
    """[(first byte, byte behind the last)], one a chunk. Raises ValueError where the tables contradict each other."""
    table = _sample_table(film, trak)
    offsets, per_chunk = _offsets(film, table), _samples_per_chunk(film, table)
    size, sizes, count = _sizes(film, table)
    sums = [0, *accumulate(sizes)]
    ranges, sample = [], 0
    for offset, samples in zip(offsets, _spread(per_chunk, len(offsets)), strict=True):
        last = min(sample + samples, count)
        length = size * (last - sample) if size else sums[last] - sums[sample]
        ranges.append((offset, offset + length))
        sample = last
    return ranges


def _sample_table(film, trak):
    mdia = one(children(film, trak), "mdia")
    minf = one(children(film, mdia), "minf")
    return list(children(film, one(children(film, minf), "stbl")))


def _offsets(film, table):
    [box] = [box for box in table if box.type in ("stco", "co64")]
    offsets = [offset for (offset,) in _rows(film, box, ">Q" if box.type == "co64" else ">I")]
    if len(offsets) > MOST_CHUNKS:
        raise ValueError("too many chunks")
    return offsets


def _samples_per_chunk(film, table):
    """[(from this chunk on, so many samples in each)]"""
    return [(first, samples) for first, samples, _entry in _rows(film, one(table, "stsc"), ">III")]


def _sizes(film, table):
    """(size of each or 0, the sizes one by one, how many)"""
    box = one(table, "stsz")
    size, count = struct.unpack_from(">II", film, box.body + 4)
    sizes = [] if size else [length for (length,) in _rows(film, box, ">I", behind=8)]
    return size, sizes, count if size else len(sizes)


def _rows(film, box, form, *, behind=4):
    """The rows of a table that begins with its length, which may not reach beyond its box."""
    begin = box.body + behind
    (count,) = struct.unpack_from(">I", film, begin)
    end = begin + 4 + count * struct.calcsize(form)
    if end > box.end:
        raise ValueError("a table is longer than its box")
    return struct.iter_unpack(form, film[begin + 4 : end])


def _spread(runs, chunks):
    """The number of samples in each chunk. Runs begin with chunk 1 and ascend."""
    firsts = [first for first, _samples in runs] + [chunks + 1]
    if runs and (firsts[0] != 1 or any(a >= b for a, b in pairwise(firsts[:-1]))):
        raise ValueError("runs of chunks are out of order")
    for place, (first, samples) in enumerate(runs):
        yield from [samples] * (min(firsts[place + 1], chunks + 1) - first)
