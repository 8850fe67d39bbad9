import pytest

from lingap.errors import MissingExtra, UnknownName
from lingap.registry import DuplicateName, Registry, lazy_names


def test_near_names_are_offered_and_duplicates_refused():
    registry = Registry("sound")
    registry.add("phoneme", 1)
    with pytest.raises(UnknownName, match="No sound is called 'phonem'. Did you mean 'phoneme'"):
        registry["phonem"]
    with pytest.raises(DuplicateName, match="'phoneme'"):
        registry.add("phoneme", 2)


def test_an_entry_is_imported_when_it_is_asked_for():
    registry = Registry("module")
    registry.add("late", "lingap.errors:LingapError")
    registry.add("never", "no_such_module:nothing")
    assert registry["late"].__name__ == "LingapError"
    assert list(registry) == ["late", "never"]
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        registry["never"]


def test_a_missing_package_is_named_as_its_extra():
    look_up = lazy_names(__name__, {"no_such_module": "Thing"}, extra="train", purpose="Thinking")
    with pytest.raises(
        MissingExtra, match=r"Thinking needs an extra: pip install 'lingap\[train\]'"
    ):
        look_up("Thing")
    with pytest.raises(AttributeError, match="'other'"):
        look_up("other")
