"""Stage four: rows against the catalogue's rules and the snapshot they are laid over."""
