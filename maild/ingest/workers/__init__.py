"""The processes that read: started from a clean nursery, confined, killed when a mail costs too much."""
