"""One file an auction type: add a file with an AUCTION, and nothing else is edited."""
