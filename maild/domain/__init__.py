"""What things are: mail, people, tickets, time. Pure values; no I/O, no clock, no framework."""
