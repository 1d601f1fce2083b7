# Three reopenings an hour; then words are kept, the ticket stays closed, and the agents hear of it once (SEC-27).
09:00 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:01 rui answers
    #close
    Done.
ana gets answer
09:02 ana answers
    It is not.
rui gets customer-reply
09:03 rui answers
    #close
    Done now.
ana gets answer
09:04 ana answers
    It is not.
rui gets customer-reply
09:05 rui answers
    #close
    Done now.
ana gets answer
09:06 ana answers
    It is not.
rui gets customer-reply
ticket reopen_count 3
09:07 rui answers
    #close
    Done now.
ana gets answer
09:08 ana answers
    It is not at all.
rui gets kept-closed
    It is not at all.
ticket state closed
ticket reopen_count 3
09:09 ana answers
    Really not.
nobody gets anything
ticket state closed
there are 1 tickets
# An hour later it works again.
10:30 ana answers
    It still does nothing.
rui gets customer-reply
ticket state open
ticket reopen_count 4
