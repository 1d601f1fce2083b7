# A reply inside the window reopens; the same road by mail as by an agent.
09:00 ana writes to support: Printer
    The printer on the second floor does nothing.
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:10 rui answers
    #close
    Restarted it, please try again.
ana gets answer
    Restarted it
ticket state closed
ticket owner rui
day 2026-11-24
09:00 ana answers
    It does nothing again. Can you come and look?
rui gets customer-reply
    It does nothing again
ticket state open
ticket reopen_count 1
eva gets nothing
ana gets nothing
