"""What should happen: operator rules as pure functions over a mail."""
