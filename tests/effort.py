"""How hard the long forms try: `./run deep` asks for twenty times the examples, and more deaths."""

import os

IS_DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
MORE = 20
USUAL_EXAMPLES = 100


def examples(usual: int = USUAL_EXAMPLES) -> int:
    """Give how many examples a law is tried with, from how many it is tried with each day."""
    return usual * MORE if IS_DEEP else usual
