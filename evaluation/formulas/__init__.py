"""One file a scoring formula; kernel.registry collects whatever defines FORMULA."""
