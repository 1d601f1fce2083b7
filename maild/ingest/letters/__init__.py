"""Letters: octets of any charset and encoding become text, and nothing is lost on the way."""
