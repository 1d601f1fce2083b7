"""What is done: the one executor and its operations, reaching the world only through ports."""
