"""What a notebook cell imports; talks HTTP to the hub."""
