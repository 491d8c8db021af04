"""Facts and documents that never change."""
