"""An office's own forms on their way into the store: what a sheet may be, a trial, the saving."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from data import catalogue as catalogues
from data.catalogue import forms
from data.catalogue.forms import SavedForm
from data.catalogue.model import Catalogue
from data.intake.check import checking
from data.intake.check.checking import Checked
from data.intake.foreign import Foreign, foreign_sheets
from data.intake.mapping import Proposed, propose
from data.intake.read.files import Given
from data.snapshots.store import Store
from pages.shell import access, runtime


@dataclass(frozen=True)
class Guess:
    """A sheet that nobody knows, and what it looks most like."""

    foreign: Foreign
    proposed: Proposed

    @property
    def called(self) -> str:
        """The file and the sheet, as findings call them."""
        return " ".join(part for part in (self.foreign.file, self.foreign.sheet.name) if part)


def guesses(store: Store, files: Sequence[Given]) -> tuple[Guess, ...]:
    """Return the sheets of files that nobody knows and that look like a report."""
    catalogue = catalogues.load(store.path)
    found = foreign_sheets(files, catalogue, forms.load(store.path, catalogue))
    made = ((each, propose(each.sheet, catalogue)) for each in found)
    return tuple(Guess(each, proposed) for each, proposed in made if proposed is not None)


def definitions() -> Catalogue:
    """Return today's definitions, by which files are read."""
    return catalogues.load(runtime.store().path)


def as_table(guess: Guess, table: str) -> Proposed:
    """Return the sheet as the table that a person chose."""
    if table == guess.proposed.table.id:
        return guess.proposed
    return propose(guess.foreign.sheet, definitions(), table) or guess.proposed


def trial(form: SavedForm, file: Given) -> Checked:
    """Check a file by a form that is not saved yet; nothing is stored."""
    return checking.check(runtime.store(), [file], now=datetime.now(UTC).astimezone(), trying=form)


def save(form: SavedForm, *, again: bool) -> None:
    """Write a form into the store's definitions, and that into the log.

    raises  UsageError, CatalogueError.
    """
    forms.save(runtime.store().path, form, definitions(), again=again)
    access.record("publish", f"存表样 {form.name}")
