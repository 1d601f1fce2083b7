"""The parts of a mail: the MIME tree, which text is shown, what is a file, what is opened."""
