# Who has muted a ticket hears of it only what names him; somebody else is told instead, and nobody is told twice.
09:00 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
    #mute
09:05 rui answers
    #mute
ana gets nothing
eva gets nothing
rui gets nothing
ticket muted rui
09:10 ana answers
    It is still dead.
eva gets customer-reply
rui gets nothing
09:15 eva answers
    #note
    I think it is the cable.
rui gets nothing
09:20 eva answers
    #mute
ticket muted rui eva
# everybody has muted it: a customer is not left unheard
09:25 ana answers
    Is nobody there?
rui gets customer-reply
eva gets customer-reply
# to be put in charge names him, and from then on he has to hear of it
09:30 eva answers
    #assign rui
rui gets assigned
ticket muted eva
09:35 ana answers
    Hello?
rui gets customer-reply
eva gets nothing
09:40 rui answers
    #mute
09:45 eva answers
    #unmute
# clocks go to the next in line, but a breach names the owner, whatever he has muted
11:10 tick
eva gets sla-yellow
rui gets nothing
12:15 tick
eva gets sla-red
rui gets nothing
13:05 tick
rui gets sla-breached
eva gets nothing
