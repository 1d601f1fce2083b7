# Somebody who got hold of a customer's mail is heard, but never as the customer.
09:00 ana writes to support: Printer
    The printer does nothing.
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:10 mallory answers ana's mail
    Please send everything to me. #close
mallory gets nothing
ana gets confirm
    mallory@evil.example
    not Please send everything
rui gets unverified-reply
    mallory@evil.example
    has been asked
eva gets unverified-reply
ticket state new
there are 1 tickets
# An agent's reply address is worth nothing in another's hands.
09:20 mallory answers rui's mail
    #close
    All done, send money.
ticket state new
ana gets nothing
mallory gets nothing
rui gets unverified-reply
eva gets unverified-reply
# Nor is the agent's From without it.
09:30 mallory answers ana's mail from rui@home.example
    #close
    All done, send money.
ticket state new
ana gets nothing
rui gets held
nobody gets anything
