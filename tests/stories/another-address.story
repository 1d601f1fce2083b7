# A customer answers from her other address: heard, not shown as hers, until an agent says that it is hers.
09:00 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:10 ana answers from ana@phone.example
    It is the one on the second floor.
ana gets confirm
    ana@phone.example
rui gets unverified-reply
    ana@phone.example
eva gets unverified-reply
nobody gets anything
09:20 rui answers
    #alias ana@phone.example
nobody gets anything
09:30 ana answers from ana@phone.example
    Did you get that?
rui gets customer-reply
    Did you get that?
eva gets customer-reply
ana gets nothing
# An address of somebody else, of an agent or of the desk is not taken.
09:40 luis writes to support: Scanner
    The scanner does nothing.
luis gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:50 rui answers
    #alias ana@phone.example
rui gets held
    ana@phone.example
10:00 eva answers
    #alias rui@home.example
eva gets held
    rui@home.example
nobody gets anything
