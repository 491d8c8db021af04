"""The vectors that the browser's capitals are checked against are the server's own."""

import json
from decimal import Decimal
from pathlib import Path

from kernel.money import in_capitals

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "capitals.json").read_text())


def test_capitals_vectors_are_what_the_server_writes():
    assert [[amount, in_capitals(Decimal(amount))] for amount, _words in VECTORS] == VECTORS
