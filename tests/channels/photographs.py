"""Photos of receipts as citizens take them: `photograph(17)` is always the same one.

A real receipt (dossiers/paper) lies crumpled on a desk under a lamp; a phone at an angle takes it through a soft lens,
with noise, as a JPEG. Lengths on paper are in mm, blur in modules of the code. The limits are meant to be those of a
picture that a person would still call usable; past them nothing is proven.
"""

import io
import math
import random
from dataclasses import dataclass, field, replace
from functools import cache

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from dossiers.paper import render
from dossiers.paper.press import QR_MM
from dossiers.qr import qr_code
from tests.dossiers.test_paper import RECEIPT

COUNT = 200
PAGE = (148, 210)
CODE_AT = (17.1, 25.1)  # the code's top left corner on the page
FINEST_MODULE = 3  # pixels a module at least: what the most patient reader needs
EDGE = 0.015  # of the frame's shorter side: the code's white margin may be cut off, the code is not
FINEST_PRINT = 40  # pixels a mm at most: printers do no better
SECOND_AT = (11, 62)  # a second sheet lies on the foot of the first
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SIDEWAYS = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


@dataclass(frozen=True)
class Photograph:
    content: bytes
    texts: frozenset  # of all the codes that are wholly in it
    shot: "Shot" = field(repr=False)


@dataclass(frozen=True)
class Shot:
    """What the person, the paper, the light and the phone did."""

    seed: int
    texts: tuple
    size: tuple
    share: float  # of the frame's shorter side that the code takes
    printed: float  # "fit to page" shrinks what is printed
    place: tuple  # of the code between the frame's edges
    turn: float
    tilt: float
    tilt_towards: float
    lens: float  # focal length / longer side
    crumple: float  # slope of the folds
    blur: float  # modules
    motion: float  # modules
    light: float  # of white paper, 0 to 255
    ink: float  # of black ink / white paper
    unevenness: float
    shadow: float
    glare: float  # share of the code's area under the blob's core
    noise: float
    desk: int
    quality: int
    orientation: int

    @property
    def modules(self):
        return max(len(qr_code(text).matrix) for text in self.texts)

    @property
    def scale(self):
        """Pixels a mm at the code."""
        return self.share * min(self.size) / (QR_MM * self.printed)

    @property
    def module(self):
        return self.share * min(self.size) / self.modules

    @property
    def corners(self):
        """Of all its codes, in mm on the desk."""
        for sheet in range(len(self.texts)):
            for right, down in ((0, 0), (1, 0), (1, 1), (0, 1)):
                x, y = ((at + QR_MM * far) * self.printed for at, far in zip(CODE_AT, (right, down), strict=True))
                yield x + sheet * SECOND_AT[0], y + sheet * SECOND_AT[1]


def photograph(seed):
    return take(shot_of(seed))


def shot_of(seed):
    """The circumstances of a photo, drawn by its seed: mostly mild, now and then bad in one respect or in two."""
    rng = random.Random(f"photograph {seed}")

    def trouble(most):
        return most * rng.random() ** 1.7

    longer = rng.choice((800, 1_000, 1_280, 1_600, 2_048, 2_560, 3_264, 4_000))
    size = rng.choice(((longer, longer * 3 // 4), (longer * 3 // 4, longer), (longer * 9 // 16, longer)))
    two = rng.random() < 0.1
    shot = Shot(
        seed=seed,
        texts=tuple(_text(rng) for _ in range(1 + two)),
        size=size,
        share=rng.uniform(0.15, 0.24 if two else 0.8),
        printed=rng.uniform(25 / QR_MM, 1),
        place=(rng.random(), rng.random()),
        turn=rng.choice((0, 90, 180, 270, *(rng.uniform(0, 360) for _ in range(4)))) + rng.gauss(0, 6),
        tilt=trouble(35),
        tilt_towards=rng.uniform(0, 360),
        lens=rng.uniform(0.72, 1.1),
        crumple=trouble(0.07),
        blur=trouble(0.42),
        motion=rng.choice((0, 0, 1)) * trouble(1.0),
        light=rng.uniform(70, 245),
        ink=rng.uniform(0.08, 0.4),
        unevenness=trouble(0.6),
        shadow=rng.choice((0, 0, 1)) * rng.uniform(0.25, 0.6),
        glare=rng.choice((0, 0, 1)) * rng.uniform(0.005, 0.025),
        noise=trouble(11),
        desk=rng.randrange(20, 200),
        quality=rng.randrange(40, 91),
        orientation=rng.choice((1, 1, 1, 3, 6, 8)),
    )
    return _usable(shot)


def _usable(shot):
    """Nearer, where modules would melt together; farther, until no corner is cut off; not blurred doubly."""
    shot = replace(shot, share=max(shot.share, FINEST_MODULE * shot.modules / min(shot.size)))
    while not Camera(shot).has_all_in_frame():
        shot = replace(shot, share=shot.share * 0.96)
    if shot.module < FINEST_MODULE and len(shot.texts) == 2:
        return _usable(replace(shot, texts=shot.texts[:1]))
    return replace(shot, motion=min(shot.motion, 1 - 2 * shot.blur), noise=min(shot.noise, 0.06 * shot.light))


def _text(rng):
    claim = "".join(rng.choices(LETTERS, k=rng.randrange(240, 301) - 145))
    token, signature = ("".join(rng.choices(LETTERS, k=length)) for length in (22, 86))
    return f"https://hoso.dongthap.gov.vn/hs/{token}/#{claim}.{signature}"


def take(shot):
    """The JPEG, and what can be read in it."""
    rng = random.Random(f"darkroom {shot.seed}")
    camera = Camera(shot)
    folds = _folds(rng, shot)
    picture = _in_light(rng, shot, _seen(shot, camera, folds))
    picture = _through_lens(rng, shot, _with_glare(rng, shot, camera, picture))
    return Photograph(_developed(rng, shot, picture), frozenset(shot.texts), shot)


# --- what lies on the desk ------------------------------------------------------------------------------------------
class Camera:
    """Where on the desk a pixel looks: a pinhole, turned and tilted, above the code. The desk is in mm."""

    def __init__(self, shot):
        self.size = shot.size
        self.corners = list(shot.corners)
        self.middle = tuple((low + high) / 2 for low, high in zip(self.corners[0], self.corners[2], strict=True))
        self.focal = shot.lens * max(shot.size)
        self.distance = self.focal / shot.scale
        turn, tilt, towards = (math.radians(angle) for angle in (shot.turn, shot.tilt, shot.tilt_towards))
        self.axes = _product(_about_z(towards), _about_x(tilt), _about_z(turn - towards))
        self.code_at = (0, 0)
        self.code_at = tuple(
            -low + EDGE * min(shot.size) + place * (side - 2 * EDGE * min(shot.size) - (high - low))
            for place, side, (low, high) in zip(shot.place, shot.size, self._extent(), strict=True)
        )

    def _extent(self):
        """((left, right), (top, bottom)) of the codes in the picture."""
        return [(min(ends), max(ends)) for ends in zip(*(self.pixel(*corner) for corner in self.corners), strict=True)]

    def has_all_in_frame(self):
        return all(low >= 0 and high <= side for side, (low, high) in zip(self.size, self._extent(), strict=True))

    def pixel(self, x, y):
        x, y, z = (_dot(row, (x - self.middle[0], y - self.middle[1], 0)) for row in self.axes)
        zoom = self.focal / (z + self.distance)
        return self.code_at[0] + x * zoom, self.code_at[1] + y * zoom

    def desk(self, x, y):
        ray = ((x - self.code_at[0]) / self.focal, (y - self.code_at[1]) / self.focal, 1)
        right, down, out = zip(*self.axes, strict=True)
        along = self.distance * out[2] / max(_dot(out, ray), 0.05)
        point = (along * ray[0], along * ray[1], along * ray[2] - self.distance)
        return self.middle[0] + _dot(right, point), self.middle[1] + _dot(down, point)


def _dot(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


def _product(first, *others):
    for other in others:
        first = [[_dot(row, column) for column in zip(*other, strict=True)] for row in first]
    return first


def _about_z(angle):
    return [[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]]


def _about_x(angle):
    return [[1, 0, 0], [0, math.cos(angle), -math.sin(angle)], [0, math.sin(angle), math.cos(angle)]]


def _folds(rng, shot):
    """Waves across the paper: (direction, length in mm, phase, slope)."""
    return [
        (rng.uniform(0, math.tau), rng.uniform(14, 60), rng.uniform(0, math.tau), shot.crumple * rng.uniform(0.3, 0.7))
        for _ in range(4)
    ]


def _crumpled(folds, x, y):
    """Where the paper lies that ought to lie at (x, y), and how steep it is there."""
    steep = moved_x = moved_y = 0
    for direction, length, phase, slope in folds:
        along = (x * math.cos(direction) + y * math.sin(direction)) * math.tau / length + phase
        moved_x += slope * length / math.tau * math.sin(along) * math.cos(direction)
        moved_y += slope * length / math.tau * math.sin(along) * math.sin(direction)
        steep += slope * math.cos(along)
    return x + moved_x, y + moved_y, steep


def _seen(shot, camera, folds):
    """The desk through the camera: a grid of quadrilaterals, small enough to be straight."""
    cell = max(12, round(3 * shot.scale))
    columns, rows = (math.ceil(side / cell) + 1 for side in shot.size)
    grid = {
        (column, row): _crumpled(folds, *camera.desk(column * cell, row * cell))
        for column in range(columns)
        for row in range(rows)
    }
    desk, (left, top), scale = _desk(shot, grid.values())
    grid_there = {at: ((x - left) * scale, (y - top) * scale) for at, (x, y, _steep) in grid.items()}
    mesh = [
        (
            (column * cell, row * cell, (column + 1) * cell, (row + 1) * cell),
            sum((grid_there[column + right, row + down] for right, down in ((0, 0), (0, 1), (1, 1), (1, 0))), ()),
        )
        for column in range(columns - 1)
        for row in range(rows - 1)
    ]
    whole = ((columns - 1) * cell, (rows - 1) * cell)
    seen = desk.transform(whole, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC, fillcolor=shot.desk)
    shade = Image.new("L", (columns, rows))
    shade.putdata([_grey(215 + 260 * grid[at % columns, at // columns][2]) for at in range(columns * rows)])
    seen = ImageChops.multiply(seen, shade.resize(whole, Image.Resampling.BICUBIC))
    return seen.crop((0, 0, *shot.size))


def _grey(value):
    return max(0, min(255, round(value)))


def _desk(shot, seen):
    """The part of the desk that is seen, flat, and where it begins; (picture, (left, top), pixels a mm)."""
    scale = min(shot.scale * 1.15, FINEST_PRINT)
    xs, ys = [point[0] for point in seen], [point[1] for point in seen]
    left, top = max(min(xs), -40), max(min(ys), -40)
    right, bottom = min(max(xs), PAGE[0] + 40), min(max(ys), PAGE[1] + 120)
    desk = Image.new("L", (math.ceil((right - left) * scale), math.ceil((bottom - top) * scale)), shot.desk)
    for sheet, text in enumerate(shot.texts):
        x, y = (SECOND_AT[0] * sheet - left) * scale, (SECOND_AT[1] * sheet - top) * scale
        _lay(desk, text, round(x), round(y), shot.printed * scale)
    return desk, (left, top), scale


def _lay(desk, text, x, y, scale):
    """Prints the sheet so fine and lays it there; only what is seen of it is drawn."""
    points = 72 / 25.4 / scale
    width, height = (round(side * scale) for side in PAGE)
    left, top = max(-x, 0), max(-y, 0)
    right, bottom = max(x + width - desk.width, 0), max(y + height - desk.height, 0)
    if left + right >= width or top + bottom >= height:
        return
    cut = (left * points, bottom * points, right * points, top * points)
    page = pypdfium2.PdfDocument(_printed(text))[1]
    desk.paste(page.render(scale=1 / points, crop=cut, grayscale=True).to_pil().convert("L"), (x + left, y + top))


@cache
def _printed(text):
    return render(replace(RECEIPT, url=text))


# --- light, lens and film -------------------------------------------------------------------------------------------
def _in_light(rng, shot, picture):
    """A lamp to one side, a hand's shadow with a soft edge."""
    lamp = Image.new("L", (3, 3))
    lamp.putdata([_grey(255 * (1 - shot.unevenness * rng.random())) for _ in range(9)])
    picture = ImageChops.multiply(picture, lamp.resize(shot.size, Image.Resampling.BICUBIC))
    if shot.shadow:
        small = Image.new("L", (64, 64), 255)
        edge = [(rng.uniform(-20, 84), rng.uniform(-20, 84)) for _ in range(4)]
        ImageDraw.Draw(small).polygon(edge, fill=_grey(255 * (1 - shot.shadow)))
        small = small.filter(ImageFilter.GaussianBlur(rng.uniform(1, 3)))
        picture = ImageChops.multiply(picture, small.resize(shot.size, Image.Resampling.BICUBIC))
    return picture


def _with_glare(rng, shot, camera, picture):
    """A white blob with a soft edge on the code, between its corners: a code that lost a corner is no usable one."""
    if not shot.glare:
        return picture
    side = shot.share * min(shot.size)
    radius = side * math.sqrt(shot.glare / math.pi)
    angle, away = rng.uniform(0, math.tau), rng.uniform(0, 0.14) * side
    x, y = camera.code_at[0] + away * math.cos(angle), camera.code_at[1] + away * math.sin(angle)
    flat = rng.uniform(0.6, 1)
    blob = Image.new("L", (200, 200))
    ImageDraw.Draw(blob).ellipse((60, 100 - 40 * flat, 140, 100 + 40 * flat), fill=255)
    across = round(5 * radius)
    blob = blob.filter(ImageFilter.GaussianBlur(rng.uniform(5, 14))).resize((across, across), Image.Resampling.BICUBIC)
    picture.paste(255, (round(x - across / 2), round(y - across / 2)), blob)
    return picture


def _through_lens(rng, shot, picture):
    picture = picture.filter(ImageFilter.GaussianBlur(shot.blur * shot.module))
    length = max(shot.motion, 0) * shot.module
    return _moved(picture, length, rng.uniform(0, math.tau)) if length > 0.5 else picture


def _moved(picture, length, direction):
    """The mean of what the lens saw on its way."""
    steps = 2 + round(length)
    mean = picture
    for step in range(1, steps + 1):
        right, down = (length * step / steps * turn for turn in (math.cos(direction), math.sin(direction)))
        one = picture.transform(
            picture.size, Image.Transform.AFFINE, (1, 0, right, 0, 1, down), Image.Resampling.BILINEAR
        )
        mean = Image.blend(mean, one, 1 / (step + 1))
    return mean


def _developed(rng, shot, picture):
    """Dark or faded, noisy, tinted by the lamp, stored as the phone was held."""
    black = shot.light * shot.ink
    picture = picture.point([_grey(black + (shot.light - black) * grey / 215) for grey in range(256)])
    picture = _noisy(rng, shot, picture)
    warm = rng.uniform(0, 0.15)
    tints = (1, 1 - warm / 3, 1 - warm)
    picture = Image.merge("RGB", [picture.point([_grey(grey * tint) for grey in range(256)]) for tint in tints])
    exif = Image.Exif()
    exif[0x0112] = shot.orientation
    if shot.orientation in SIDEWAYS:
        picture = picture.transpose(SIDEWAYS[shot.orientation])
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=shot.quality, exif=exif)
    return file.getvalue()


def _noisy(rng, shot, picture):
    """The sum of two dice is nearly the noise of a sensor."""
    spread = shot.noise * math.sqrt(6) / 255
    for _ in range(2):
        dice = Image.frombytes("L", picture.size, rng.randbytes(picture.width * picture.height))
        dice = dice.point([_grey(128 + (value - 127.5) * spread) for value in range(256)])
        picture = ImageChops.add(picture, dice, 1, -128)
    return picture
