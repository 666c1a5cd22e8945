"""How each kind of file is read or looked at before the reader opens it."""
