"""Quotes, signatures and footers: how clients and languages mark what the author did not write."""
