"""One file a market."""
