"""The safeguards that mutants take out still stand in the code as they are written down (RELIABILITY R19)."""

import pytest

from tests.experiments.mutants import rotten
from tests.experiments.safeguards import MUTANTS

pytestmark = pytest.mark.experiment("R19")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_safeguard_still_stands_where_its_mutant_takes_it_out(mutant):
    assert rotten(mutant) == []
