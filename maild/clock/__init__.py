"""Time: the only clock, the ticks, and the scheduler that wakes them."""
