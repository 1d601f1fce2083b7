# Who is blocked is not heard any more, not even when he replies; one word takes it back. He has had the one
# acknowledgement of his day.
09:00 mallory writes to support: Printer
    Buy my printers.
mallory gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:10 rui answers
    #block mallory@evil.example
    #close
mallory gets closed
nobody gets anything
09:20 mallory answers
    Buy them now.
nobody gets anything
ticket state closed
09:30 mallory writes to support: Scanner
    Buy my scanners.
nobody gets anything
there are 1 tickets
09:40 rui answers
    #unblock mallory@evil.example
nobody gets anything
09:50 mallory writes to support: Offer
    A real question.
rui gets new-ticket
eva gets new-ticket
there are 2 tickets
