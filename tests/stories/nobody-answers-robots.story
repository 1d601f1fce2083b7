# Automatic mail is counted and kept, and gets no answer; on a ticket it changes nothing.
09:00 ana writes to support: Out of office
    Auto-Submitted: auto-replied

    I am away until Monday.
nobody gets anything
there are 0 tickets
09:10 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:20 rui answers
    #close
    Restarted it.
ana gets answer
09:30 ana sends an absence note
nobody gets anything
ticket state closed
