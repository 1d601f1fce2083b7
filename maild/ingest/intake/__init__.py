"""The protocols behind the intakes: SMTP and LMTP sessions, and an IMAP client that survives its server."""
