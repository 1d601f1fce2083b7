# Four working hours to the first answer: yellow at two, red at 80 per cent, breached at four; each told once.
10:00 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
    15:00
rui gets new-ticket
eva gets new-ticket
11:59 tick
nobody gets anything
12:00 tick
rui gets sla-yellow
eva gets sla-yellow
12:30 tick
nobody gets anything
# The lunch hour does not count.
14:11 tick
nobody gets anything
14:12 tick
rui gets sla-red
eva gets sla-red
15:00 tick
rui gets sla-breached
eva gets sla-breached
17:00 tick
nobody gets anything
# A warning is about work: an answer to it is a note, and no answer to the customer.
17:10 rui answers
    I am on it.
eva gets note
ana gets nothing
ticket first_response_at -
day 2026-11-24
09:00 tick
nobody gets anything
