"""Repos, refs, commits, files and tokens: the hub itself, without any protocol."""
