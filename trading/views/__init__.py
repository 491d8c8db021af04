"""The pages of trading, by who uses them."""
