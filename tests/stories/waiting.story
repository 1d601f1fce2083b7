# The standard policy waits for its customers: 40 working hours to the solution, half used up is yellow.
09:00 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
10:00 rui answers
    #wait
    Which model is it?
ana gets answer
    not #wait
eva gets nothing
ticket state pending
ticket waiting customer
# A week later: nothing was counted, nobody is warned. An absence note does not end the wait.
day 2026-11-30
10:00 ana sends an absence note
10:05 tick
nobody gets anything
ticket state pending
11:00 ana answers
    The blue one.
rui gets customer-reply
ticket state open
ticket waiting -
# One hour was used before the wait, 19 more make it yellow: on Wednesday at two in the afternoon.
day 2026-12-02
14:59 tick
nobody gets anything
15:00 tick
rui gets sla-yellow
