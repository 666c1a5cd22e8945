"""The offices' own workbooks: reading them safely, and writing templates and marked copies."""
