"""A small share of what `python -m tests.figures` asks; the whole demo takes minutes."""

import pytest

from tests.figures.__main__ import compared
from tests.figures.world import of_store

# The two cities with the fewest units.
CITIES = ("150300", "511800")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_product_answers_random_questions_by_the_rules(demo_store, seed):
    answers = list(compared(demo_store, of_store(demo_store).only(*CITIES), 20, seed))
    assert [line for _, lines in answers for line in lines] == []
    assert sum(readings for readings, _ in answers) > 200
