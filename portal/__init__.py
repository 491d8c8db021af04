"""Pages that show several apps at once, and what goes up the ladder."""
