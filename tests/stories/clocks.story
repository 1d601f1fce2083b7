# Four hours to the first answer: yellow at two, red at 80 per cent, breached at four; each told once.
09:00 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
    14:00
rui gets new-ticket
eva gets new-ticket
10:59 tick
nobody gets anything
11:00 tick
rui gets sla-yellow
eva gets sla-yellow
11:30 tick
nobody gets anything
13:30 tick
rui gets sla-red
eva gets sla-red
14:00 tick
rui gets sla-breached
eva gets sla-breached
17:00 tick
nobody gets anything
