"""The committee and its scores."""
