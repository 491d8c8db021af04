"""Pages of a recruitment, one file a step."""
