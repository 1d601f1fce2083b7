# Four working hours were promised. When it will take longer the customer is told once, and no more often.
10:00 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
    15:00
rui gets new-ticket
eva gets new-ticket
10:30 rui answers
    #priority urgent
ana gets nothing
11:00 rui answers
    #priority low
ana gets promise-moved
    Wednesday
11:30 rui answers
    #priority high
11:40 rui answers
    #priority low
ana gets nothing
