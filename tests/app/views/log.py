"""A page of nothing but the log."""

from pages.components.desk.log import log

log()
