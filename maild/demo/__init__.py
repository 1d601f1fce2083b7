"""The demonstration: a story played through the real daemon, on the embedded default."""
