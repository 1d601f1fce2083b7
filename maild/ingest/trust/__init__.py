"""Proof of the sender: SPF, DKIM, DMARC of our own checking, or the word of a server we trust."""
