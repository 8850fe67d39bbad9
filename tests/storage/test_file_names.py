"""Names of files after what users name: portable, and as different as what they stand for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.storage.file_names import LONGEST, file_name, own_name

ANY = st.text(st.characters(), max_size=100)


@given(st.lists(ANY, min_size=1, max_size=3))
def test_any_disk_takes_it(parts):
    name = file_name(*parts)
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name)
    assert len(name) <= LONGEST


@given(st.lists(st.lists(ANY, min_size=2, max_size=2), min_size=2, max_size=2))
def test_other_parts_have_another_name(pairs):
    one, other = pairs
    assert (file_name(*one) == file_name(*other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("a_b", "c"), ("a", "b_c")), (("a-b", "c"), ("a", "b-c")), (("NER",), ("ner",)), (("a/b",), ("a_b",)),
     (("é",), ("e",)), (("x" * 200,), ("x" * 201,)), (("",), ("x",)), (("a", ""), ("a",)), ((" a",), ("a",))],
)  # fmt: skip
def test_those_that_look_alike_have_different_names(one, other):
    assert file_name(*one) != file_name(*other)


@pytest.mark.parametrize("name", ["con", "NUL", "aux", "com1", "LPT9", "con.txt", "nul.a.b"])
def test_devices_of_windows_are_no_names(name):
    for made in (file_name(name), own_name(name)):
        assert made.partition(".")[0].lower() not in ("con", "nul", "aux", "com1", "lpt9")


@pytest.mark.parametrize("name", ["Phoneme", "音素", "phoneme v2.1", "a+b", "x-1", "_x"])
def test_honest_names_stay(name):
    assert own_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["..", ".", "", "a/b", "a\\b", "a.", " a", "a ", "a:b", "a\n", "-rf", "x" * 90, "音" * 80],
)
def test_other_names_become_portable(name):
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", own_name(name))
