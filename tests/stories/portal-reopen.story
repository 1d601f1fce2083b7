# The portal reopens with a reason, which is then part of the conversation.
09:00 ana writes to support: Printer
    The printer on the second floor does nothing.
ana gets acknowledgement
rui gets new-ticket
09:10 rui answers
    #close
    Restarted it.
ana gets answer
10:00 ana asks for a link
ana gets sign-in
ana opens the link
ana reopens: It is still broken
ticket state open
rui gets reopened
    It is still broken
ticket reopen_count 1
