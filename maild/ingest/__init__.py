"""The mail comes in: intakes, spool, reading, threading, orders."""
