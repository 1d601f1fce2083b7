"""The mail comes in: intakes, spool, reading, threading, orders.

The stages stand here; what a stage knows stands in the packages: `header`, `letters`, `parts`, `quoting` and `reports`
are reading, `trust` is proof of the sender, `intake` the protocols, `workers` the processes that read.
"""
