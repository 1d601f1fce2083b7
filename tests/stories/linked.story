# Two matters that hang together: agents see each beside the other, the customer never does.
09:00 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
rui gets new-ticket
    not See also
eva gets new-ticket
09:30 luis writes to support: Scanner of the second floor
    It is dark.
luis gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:40 rui answers
    #link 10001
nobody gets anything
09:45 luis answers
    Still dark.
rui gets customer-reply
    See also: 10001 Printer (new)
eva gets customer-reply
09:50 rui answers
    Which lamp is it?
luis gets answer
    not Printer
    not 10001
10:00 ana answers
    It smokes.
rui gets customer-reply
    See also: 10002 Scanner of the second floor (open)
eva gets customer-reply
10:10 rui answers
    #unlink 10002
    Please switch it off.
ana gets answer
    not Scanner
10:20 ana answers
    Done.
rui gets customer-reply
    not See also
10:25 rui answers
    #link 10001
rui gets held
    cannot be linked to itself
