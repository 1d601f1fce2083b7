"""What mail servers and robots say: delivery reports in every dialect, absence notes, robots' names."""
