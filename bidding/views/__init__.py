"""Pages of bids and of the opening hall."""
