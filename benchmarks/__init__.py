"""Measurements; each prints a table and compares with the peer in the same run. No timing decides a test."""
