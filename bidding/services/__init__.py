"""The only writers of bids and openings."""
