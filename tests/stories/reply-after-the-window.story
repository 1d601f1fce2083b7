# After the window a reply opens a new ticket that says which one it goes on from.
09:00 ana writes to support: Printer
    The printer on the second floor does nothing.
ana gets acknowledgement
rui gets new-ticket
09:10 rui answers
    #close
    Restarted it.
ana gets answer
day 2026-12-07
09:00 ana answers
    Now the scanner does nothing. Can you look?
there are 2 tickets
ticket state closed
ticket 2 state new
ticket 2 follows 10001
ticket 2 title Printer
ana gets acknowledgement
    10002
    10001
