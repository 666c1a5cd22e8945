"""Every figure a second time, from the raw rows by the rules alone: `python -m tests.figures`.

Shares no code with data and queries; of theirs it reads only files: the raw rows, the register
and the text of the catalogue as a snapshot keeps it. Plain and slow on purpose: one function per
rule, with the rule's number beside it.
"""
