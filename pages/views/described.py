"""A subject page that data/catalogue/subjects.yaml describes: its address says which one."""

from data.catalogue import subjects
from pages.components.subjects import described, subject
from pages.shell import address, runtime

told = subjects.load()[address.page()]
domains = dict.fromkeys(runtime.indicator(each).domain for each in told.indicators)
page = subject.begin(told.title, told.indicators, domains=tuple(domains))
answers, (drawn, listed) = subject.ask(page, *described.questions(told, page))

subject.cards(page, answers)
described.picture(told, answers, drawn)
subject.course(page, answers)
described.table(told, listed, first=page.beside().level_name)
subject.look_up(page, answers)
