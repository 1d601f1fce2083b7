# Orders stand on the first lines and only agents give them; one that is not understood undoes all.
09:00 ana writes to support: Printer
    #close
    The printer does nothing.
ticket state new
ana gets acknowledgement
rui gets new-ticket
eva gets new-ticket
09:05 rui answers
    #note
    Looks like the cable.
eva gets note
    Looks like the cable.
ana gets nothing
09:10 rui answers
    #assign eva
eva gets assigned
ticket owner eva
ana gets nothing
09:15 rui answers
    #priority hgih
    #close
    Done.
rui gets held
    #priority hgih
    Put it right and send it again
    not proves that it is you
ticket state new
ticket priority normal
ana gets nothing
09:20 eva answers
    #assign rui
    #priority urgent
    I hand this to a colleague.
ana gets answer
    I hand this to a colleague.
    not #assign
rui gets assigned
ticket owner rui
ticket priority urgent
