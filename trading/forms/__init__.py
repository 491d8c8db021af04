"""The forms of trading, by what they are about."""
