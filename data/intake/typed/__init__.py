"""Stage three: cells of a located table as typed rows, every doubt a finding."""
