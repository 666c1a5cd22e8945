"""A page whose question cannot be answered."""

from pages.shell import runtime

runtime.query("no_such_question")
