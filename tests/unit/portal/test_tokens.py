"""The colours keep their promise: text is readable on every ground, in both themes."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[3] / "static" / "css" / "tokens.css").read_text()
LIGHT_PART, MEDIA_PART, CHOSEN_PART = re.split(
    r"@media \(prefers-color|\[data-theme=\"dark\"\]", TOKENS
)
TEXT = ("ink", "ink-soft", "ink-faint", "accent", "accent-strong", "good", "care", "bad", "note")
GROUNDS = ("sunken", "paper", "surface", "raised", "accent-soft", "quiet-soft")
GROUNDS += ("good-soft", "care-soft", "bad-soft", "note-soft")


def colours(part):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part))


LIGHT = colours(LIGHT_PART)
THEMES = {"light": LIGHT, "dark": LIGHT | colours(CHOSEN_PART)}


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_chosen_dark_is_the_systems_dark():
    def declarations(part):
        return re.findall(r"(--[\w-]+|color-scheme): ([^;]+);", part)

    assert declarations(MEDIA_PART) == declarations(CHOSEN_PART)


@pytest.mark.parametrize("theme", THEMES)
def test_text_reaches_four_and_a_half_to_one_on_every_ground(theme):
    palette = THEMES[theme]
    weak = {
        (text, ground): round(contrast(palette[text], palette[ground]), 2)
        for text in TEXT
        for ground in GROUNDS
        if contrast(palette[text], palette[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
def test_controls_reach_three_to_one_and_the_main_button_is_readable(theme):
    palette = THEMES[theme]
    borders = [contrast(palette["line-firm"], palette[ground]) for ground in GROUNDS[:4]]
    words = [contrast(palette["on-accent"], palette[g]) for g in ("accent", "accent-strong")]
    assert min(borders) >= 3
    assert min(words) >= 4.5
