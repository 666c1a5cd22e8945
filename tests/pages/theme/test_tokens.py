"""Colours: readable, and told apart in grey and by every eye."""

from itertools import combinations, pairwise

import pytest

from pages.theme import tokens

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
DEFICIENCIES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def lab(rgb):
    x = (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.9505
    y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    z = (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen_by(deficiency, colour):
    matrix = DEFICIENCIES[deficiency]
    rgb = linear(colour)
    mixed = [sum(w * c for w, c in zip(row, rgb, strict=True)) for row in matrix]
    return [min(max(c, 0.0), 1.0) for c in mixed]


def distance(first, second):
    return sum((a - b) ** 2 for a, b in zip(lab(first), lab(second), strict=True)) ** 0.5


def lightness(colour):
    return lab(linear(colour))[0]


TEXTS = [tokens.INK, tokens.INK_QUIET, tokens.BLUE, *(x.text for x in tokens.LIGHTS.values())]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("ground", [tokens.WHITE, tokens.PANEL, tokens.BLUE_PALE])
def test_text_meets_wcag_aa(text, ground):
    assert tokens.contrast(text, ground) >= 4.5


@pytest.mark.parametrize(
    "ground", [*(x.tint for x in tokens.LIGHTS.values()), *tokens.SEQUENTIAL_GROUND]
)
def test_ink_on_every_map_ground_meets_wcag_aa(ground):
    assert tokens.contrast(tokens.INK, ground) >= 4.5


@pytest.mark.parametrize(
    "mark", [tokens.BLUE, tokens.BLUE_MIDDLE, *(x.strong for x in tokens.LIGHTS.values())]
)
def test_marks_stand_out_from_white(mark):
    assert tokens.contrast(mark, tokens.WHITE) >= 3


@pytest.mark.parametrize("kind", ["strong", "tint"])
def test_lights_differ_in_greyscale(kind):
    levels = sorted(lightness(getattr(light, kind)) for light in tokens.LIGHTS.values())
    assert all(b - a >= 10 for a, b in pairwise(levels))


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("kind", ["text", "strong", "tint"])
def test_lights_differ_for_colour_vision_deficiencies(deficiency, kind):
    seen = [seen_by(deficiency, getattr(light, kind)) for light in tokens.LIGHTS.values()]
    assert all(distance(a, b) >= 15 for a, b in combinations(seen, 2))


def test_lights_differ_by_word_and_shape_alone():
    assert len({(light.shape, light.symbol) for light in tokens.LIGHTS.values()}) == 3


def test_any_other_word_is_grey_and_has_a_shape_of_its_own():
    light = tokens.light("无目标")
    assert light.word == "无目标"
    assert light.shape not in {known.shape for known in tokens.LIGHTS.values()}


def test_the_more_severe_light_is_the_darker_one():
    met, warning, behind = (lightness(light.strong) for light in tokens.LIGHTS.values())
    assert met > warning > behind


@pytest.mark.parametrize("colour", [fill for fill, _ in tokens.CLINIC_STATUS.values()])
def test_the_number_on_a_status_bar_is_readable(colour):
    assert tokens.contrast(colour, tokens.ink_on(colour)) >= 4


def test_statuses_differ_in_greyscale_or_by_hatching():
    for (a, hatch_a), (b, hatch_b) in combinations(tokens.CLINIC_STATUS.values(), 2):
        assert hatch_a != hatch_b or abs(lightness(a) - lightness(b)) >= 8


def test_contrast_of_black_and_white_is_21():
    assert tokens.contrast("#000000", "#FFFFFF") == pytest.approx(21)
