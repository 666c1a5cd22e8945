"""Small pictures of the core pages, and how far a new one is from them."""

from pathlib import Path

from PIL import Image, ImageChops

FOLDER = Path(__file__).parent / "app" / "golden"
PAGES = {
    "overview": "/",
    "signing": "/signing?area=411400",
    "visits": "/visits?area=411400",
    "village_clinics": "/village_clinics?area=411400",
}
SIZE = (342, 192)  # a quarter of an office screen: colours and places, no letters
GRID = (38, 24)
NOTICEABLE = 10  # levels of 255 by which a cell's mean must differ


def file_of(stem: str) -> Path:
    """Return where the picture of a page is kept."""
    return FOLDER / f"{stem}.png"


def small(picture: Image.Image) -> Image.Image:
    """Return the picture in the size and colours in which it is kept."""
    return picture.convert("RGB").resize(SIZE, Image.Resampling.BOX)


def difference(first: Image.Image, second: Image.Image) -> float:
    """Return the share of the grid's cells whose colour differs noticeably, 0 to 1."""
    cells = [small(each).resize(GRID, Image.Resampling.BOX) for each in (first, second)]
    apart = ImageChops.difference(*cells).convert("L").tobytes()
    return sum(value > NOTICEABLE for value in apart) / len(apart)
