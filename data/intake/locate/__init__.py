"""Stage two: which report tables a sheet holds, where, and what stands around them."""
