"""Sentences filled with the values of a row, for findings."""

from collections.abc import Iterator

import polars as pl


def filled(sentence: str, *values: pl.Expr | str) -> pl.Expr:
    """A sentence with a value of the row in place of each 「{}」; null where a value is null.

    values  Expressions, or names of columns. Not by polars' own `format`: over a frame made of
            several, some of them filtered to nothing, that one gives up (findings/).
    """
    return pl.concat_str(*_parts(sentence, values))


def _parts(sentence: str, values: tuple[pl.Expr | str, ...]) -> Iterator[pl.Expr | str]:
    first, *others = sentence.split("{}")
    yield pl.lit(first)
    for value, words in zip(values, others, strict=True):
        yield value
        yield pl.lit(words)
