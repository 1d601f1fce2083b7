# What cannot be processed waits for a person, and the operator is told once.
09:00 nobody writes to support: Who am I
    There is no sender here.
operator gets quarantined
    maild quarantine release 1
nobody gets anything
there are 0 tickets
