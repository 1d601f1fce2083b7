# `#why` tells the agent who asks, and nobody else, why the ticket stands as it does.
09:00 ana writes to support: Invoice 17
    The sum is wrong.
ana gets acknowledgement
eva gets new-ticket
12:30 eva answers
    #why
eva gets why
    In charge: Nobody
    Team: Billing, since 23 Nov 2026, 09:00, by the rule invoices.
    Nobody has answered the customer; he has been waiting since 23 Nov 2026, 09:00.
    rule: invoices: hit:
    Clock: first answer: late, 210 of 120 minutes used
ana gets nothing
rui gets nothing
ticket state new
12:40 eva answers
    #why?
    I cannot read the attachment.
eva gets why
    Nobody has answered the customer
ana gets nothing
# a reply to that mail is a note, so the words stayed in the house; in a customer's mail #why is a word like others
12:50 ana answers
    #why
    What about my invoice?
eva gets customer-reply
    #why
eva gets nothing
13:00 eva answers
    #close
    The sum is 17.
ana gets answer
13:05 eva answers
    #why
eva gets why
    State: Closed on 23 Nov 2026, 13:00 by Eva Marín
    not reason:
