"""The measures of the house count what they say; the table itself is printed, not judged."""

import pytest

from tests.architecture import measures

FILES = {
    "pages/a.py": "from pages import b\n\n\nclass Place:\n    def go(self):\n        return b\n",
    "pages/b.py": "from queries.c import Place\n",
    "queries/c.py": "class Place:\n    pass\n",
    "data/d.py": "from queries.c import Place\n",
}


@pytest.fixture
def house(tmp_path):
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return measures.modules(tmp_path)


def test_a_module_that_one_other_imports_is_counted(house):
    assert measures.single_importers(house) == ["pages.b"]


def test_a_name_of_two_classes_has_several_meanings(house):
    assert measures.several_meanings(house) == ["Place"]


def test_a_folder_of_sixteen_modules_is_a_full_one(tmp_path):
    for folder, count in (("data/few", 15), ("data/many", 16)):
        (tmp_path / folder).mkdir(parents=True)
        for number in range(count):
            (tmp_path / folder / f"m{number}.py").write_text("")
        (tmp_path / folder / "__init__.py").write_text("")
    assert measures.full_folders(measures.modules(tmp_path)) == {"data.many": 16}


def test_the_longest_file_and_function_are_named(house):
    assert measures.longest(house) == ((6, "pages.a"), (2, "pages.a.go"))


def test_the_table_of_this_house_is_printed():
    lines = measures.table(measures.modules(measures.ROOT))
    print("\n".join(lines))
    assert [line.split()[0] for line in lines[1:5]] == ["all", *measures.ROOMS]
