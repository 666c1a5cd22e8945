"""Benchmarks: how long the product takes, beside the least that anybody could take.

`python -m tests.benchmarks --help`. They assert nothing about time.
"""
