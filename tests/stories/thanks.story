# Thanks leave a closed ticket closed, once with a word to their writer; one word opens it again (P25).
09:00 ana writes to support: Printer
    The printer on the second floor does nothing.
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
# Before anybody has answered, thanks are a reply like any other.
09:05 ana answers
    Thank you!
rui gets customer-reply
eva gets customer-reply
09:10 rui answers
    #close
    Restarted it, please try again.
ana gets answer
09:30 ana answers
    Thank you Rui, works perfectly now!
ticket state closed
ticket reopen_count -
rui gets nothing
ana gets thanks
    reply with the one word REOPEN
09:40 ana answers
    Many thanks again to you all
ticket state open
rui gets customer-reply
09:45 rui answers
    #close
    You are welcome.
ana gets answer
09:46 ana answers
    Muito obrigada!
ana gets thanks
09:47 ana answers
    Muito obrigada!
ticket state closed
ana gets nothing
09:50 ana answers
    REOPEN
ticket state open
ticket reopen_count 2
rui gets customer-reply
    REOPEN
nobody gets anything
# Long after the window thanks open no new ticket either; anything else does.
09:55 rui answers
    #close
    Done.
ana gets answer
day 2026-12-07
09:00 ana answers
    Gracias por todo
there are 1 tickets
ana gets thanks
09:10 ana answers
    REABRIR
there are 2 tickets
ticket 2 follows 10001
