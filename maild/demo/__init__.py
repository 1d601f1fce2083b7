"""The demonstration: a desk of its own, a sink instead of the world, and a story played through the real doors."""
