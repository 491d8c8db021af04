"""The servers and browsers that tests run against: real ones, started and stopped here."""
