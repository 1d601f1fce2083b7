"""The header of a mail: fields, addresses, dates, encoded words, parameters, file names."""
