"""The operations of the desk, one subject a module."""
