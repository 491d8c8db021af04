"""Move the money around a bid; every write of pages and API goes through these."""
