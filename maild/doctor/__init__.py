"""What an operator runs first: is everything as it must be for mail to come in and go out."""
