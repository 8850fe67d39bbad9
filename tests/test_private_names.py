"""Private names of other packages: none but those listed, each of which is as we take it to be.

A name with an underscore may change with any release of its package. Each use sits behind one
small function that says why, and a test here that fails when the other package changes.
"""

import ast
import inspect
import sys
import textwrap
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest

import lingap

ROOT = Path(lingap.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

ALLOWED = {
    ("corpora/archives.py", "_BoundedHeaders._proc_member"),
    ("corpora/sources/cldr_names.py", "localedata._cache_lock"),
    ("g2p/backends/orthography2ipa_memory.py", "rescorer._neighbor_mutation"),
    ("g2p/backends/orthography2ipa_memory.py", "rescorer._realize"),
    ("g2p/backends/steps.py", "re._parser"),
    ("g2p/bulk/datasets.py", "dataset._fingerprint"),
    ("g2p/bulk/parallel.py", "inside._call_queue"),
    ("g2p/bulk/parallel.py", "inside._result_queue"),
    ("g2p/bulk/parallel.py", "pool._processes"),
    ("g2p/bulk/parallel.py", "queue._writer"),
    ("training/parts.py", "PartsTrainer._load_from_checkpoint"),
    ("training/parts.py", "PartsTrainer._save_optimizer_and_scheduler"),
}
DOCUMENTED = {"os._exit"}  # an underscore, and public all the same
OF_NAMED_TUPLES = {"_asdict", "_fields", "_make", "_replace"}


def is_private(name: object) -> bool:
    return (
        isinstance(name, str) and name.startswith("_") and not name.endswith("__") and name != "_"
    )


def own_members(tree: ast.AST) -> set[str]:
    """Private names that the classes of a file give to themselves and their instances."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    found.add(part.name)
                targets = getattr(part, "targets", [getattr(part, "target", None)])
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id in ("self", "cls")
        ):
            found.add(node.attr)
    return set(filter(is_private, found))


def private_uses(source: str) -> set[str]:
    """Private names that a file asks of what it did not make, as ``owner._name``."""
    tree = ast.parse(source)
    own = own_members(tree) | OF_NAMED_TUPLES
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            owner = ast.unparse(node.value)
            if owner not in ("self", "cls", "super()") and node.attr not in own:
                found.add(f"{owner}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            names = [*str(node.module).split("."), *(alias.name for alias in node.names)]
            found |= {f"{node.module}.{name}" for name in names if is_private(name)}
        elif isinstance(node, ast.Import):
            found |= {a.name for a in node.names if any(map(is_private, a.name.split(".")))}
        elif isinstance(node, ast.Call) and len(node.args) > 1:
            asked = getattr(node.func, "id", "") in ("getattr", "setattr", "hasattr", "delattr")
            name = getattr(node.args[1], "value", None)
            if asked and is_private(name) and name not in own:
                found.add(f"{ast.unparse(node.args[0])}.{name}")
    return found - DOCUMENTED


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class A:\n def __init__(self):\n  self._x = 1\ndef f(a): return a._x", set()),
        ("class A:\n def _x(self): self._x(); super()._x()\ndef f(a): return a._x()", set()),
        ("class A:\n _x: int = 1\nA()._x; row._replace(a=1); os._exit(1); a.__dict__", set()),
        ("from a import __version__; import a.b; _x = 1; _x", set()),
        ("pool._queue._pipe", {"pool._queue", "pool._queue._pipe"}),
        ("def _x(): pass\nf()._x = 1", {"f()._x"}),
        ("getattr(pool, '_queue', None); hasattr(a.b, '_c')", {"pool._queue", "a.b._c"}),
        ("from re import _parser", {"re._parser"}),
        ("from torch._C import x\nimport numpy._core as c", {"torch._C._C", "numpy._core"}),
        ("from lingap.g2p.cache import _sources", {"lingap.g2p.cache._sources"}),
    ],
)
def test_what_counts(source, expected):
    assert private_uses(source) == expected


def is_ours(cls):
    return cls.__module__.split(".")[0] == "lingap"


def is_foreign(cls):
    return cls.__module__.split(".")[0] not in ("lingap", "builtins", "typing")


def classes_with_foreign_parents():
    for path in MODULES:
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        if parts[-1] == "__main__":
            continue
        module = import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
        for cls in vars(module).values():
            own = inspect.isclass(cls) and cls.__module__ == module.__name__
            if own and any(map(is_foreign, inspect.getmro(cls))):
                yield path, cls


def inherited_uses(cls, is_ours=is_ours, is_foreign=is_foreign):
    """Private names of a foreign parent that a class overrides, or asks itself for."""
    trees = {
        parent: ast.parse(textwrap.dedent(inspect.getsource(parent)))
        for parent in inspect.getmro(cls)
        if is_ours(parent)
    }
    own = own_members(trees[cls])
    overridden = {
        name for name in own for p in inspect.getmro(cls) if is_foreign(p) and name in vars(p)
    }
    asked = {
        node.attr
        for node in ast.walk(trees[cls])
        if isinstance(node, ast.Attribute)
        and is_private(node.attr)
        and ast.unparse(node.value) in ("self", "super()")
    }
    borrowed = asked.difference(*map(own_members, trees.values()))
    return {f"{cls.__name__}.{name}" for name in overridden | borrowed}


def test_no_private_name_of_another_package_but_those_listed():
    found = {
        (str(path.relative_to(ROOT)), use)
        for path in MODULES
        for use in private_uses(path.read_text(encoding="utf-8"))
    }
    for path, cls in classes_with_foreign_parents():
        found |= {(str(path.relative_to(ROOT)), use) for use in inherited_uses(cls)}
    assert found == ALLOWED, "use a public name, or one small function with a test below"


class Foreign:
    def _hook(self):
        self._state = 1


class Own(Foreign):
    def __init__(self):
        self._mine = 1

    def _hook(self):
        return self._mine + self._state


def test_hooks_and_state_of_a_parent_count():
    found = inherited_uses(Own, lambda cls: cls is Own, lambda cls: cls is Foreign)
    assert found == {"Own._hook", "Own._state"}


# --- each of them is as we take it to be ---------------------------------------------------


def test_babel_keeps_its_cache_where_we_put_it_away():
    from babel import Locale, localedata

    from lingap.corpora.sources.cldr_names import locale_data
    from lingap.languages import get_language

    assert localedata.load("ko") is localedata._cache["ko"]
    with localedata._cache_lock:
        before = dict(localedata._cache)
    shared = Locale.parse("ko").territories
    own = locale_data(get_language("kor")).territories
    assert dict(own) == dict(shared)
    assert own.base is not shared.base
    assert localedata._cache == before


def test_python_still_parses_patterns():
    from lingap.g2p.backends.steps import _parsed, needed_characters

    assert len(_parsed("ab")) == 2
    assert needed_characters("(x|y)a[bc]+") == {frozenset("xy"), frozenset("a"), frozenset("bc")}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a size of pipes")
def test_a_pool_still_has_its_pipes():
    import fcntl

    from lingap.g2p.bulk.parallel import _PIPE_BYTES, _pipes, _widen

    with ProcessPoolExecutor(1) as pool:
        assert len(set(_pipes(pool))) == 2
        _widen(pool)
        sizes = [fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ) for pipe in _pipes(pool)]
        assert all(size >= _PIPE_BYTES for size in sizes)


def test_a_pool_still_knows_its_processes():
    from lingap.g2p.bulk.parallel import _end

    with ProcessPoolExecutor(1) as pool:
        assert pool.submit(abs, -1).result() == 1
        (process,) = pool._processes.values()
        assert process.is_alive()
        _end(pool)
        process.join()
        assert process.exitcode != 0


def test_a_dataset_still_has_a_fingerprint():
    datasets = pytest.importorskip("datasets")
    from lingap.g2p.bulk.datasets import _fingerprint

    one, same, other = (datasets.Dataset.from_dict({"text": [text]}) for text in "aab")
    assert _fingerprint(one) == _fingerprint(same) != _fingerprint(other)


def test_the_trainer_still_asks_for_a_checkpoints_weights_in_this_way():
    Trainer = pytest.importorskip("transformers").Trainer
    from lingap.training.parts import PartsTrainer

    ours, theirs = (
        inspect.signature(cls._load_from_checkpoint).parameters for cls in (PartsTrainer, Trainer)
    )
    assert list(ours) == list(theirs)
    assert "_load_from_checkpoint(resume_from_checkpoint)" in inspect.getsource(Trainer)


def test_tarfile_still_asks_a_member_for_its_headers_in_this_way():
    """Its source names this method as the one to override; tests/hostile/test_archives.py does."""
    import tarfile

    assert list(inspect.signature(tarfile.TarInfo._proc_member).parameters) == ["self", "tarfile"]
    assert "obj._proc_member(tarfile)" in inspect.getsource(tarfile.TarInfo)  # moved in 3.14


def test_orthography2ipa_still_has_what_is_remembered():
    pytest.importorskip("orthography2ipa")
    from lingap.g2p.backends.orthography2ipa_memory import remember_answers

    remember_answers()
    module = import_module("orthography2ipa.allophony")
    assert module.AllophoneRescorer._realize.__name__ == "realized"
    assert module.AllophoneRescorer._neighbor_mutation.__name__ == "mutated"
    assert module.segment_ipa("tɕʰa", ("tɕʰ",)) == ["tɕʰ", "a"]
    assert module.segment_ipa.__name__ == "segments"
    assert import_module("orthography2ipa.positional").grapheme_positions.__name__ == "positions"
    assert import_module("orthography2ipa.phonetok").grapheme_is_vowel.__name__ == "answer"
    assert import_module("orthography2ipa.phonetok").PhonetokTokenizer.tokenize.__name__ == "tokens"
