"""Our own REST and WebSocket handlers: read, call one service, reply."""
