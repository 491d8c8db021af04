"""Settings, addresses and the ASGI application: the only place that knows everything."""
