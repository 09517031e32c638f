"""Other hubs' wire formats, translated and no more."""
