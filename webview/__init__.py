"""The portal: a small Flask site where customers look a ticket up and reopen it."""
