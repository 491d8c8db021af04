"""The public's eyes."""
