"""The floor plan is a test: a room imports only rooms above it."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import lingap

ROOT = Path(lingap.__file__).parent
ROOMS = [
    "errors", "arguments", "renamed", "registry", "languages", "records", "storage", "engines", "text",
    "metrics", "corpora", "g2p", "representations", "tasks", "models", "training", "evaluation", "gap",
    "experiments", "report", "app", "cli",
]  # fmt: skip
ORDER = {name: place for place, name in enumerate(ROOMS)}
MODULES = sorted(ROOT.rglob("*.py"))


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = frozenset(map(dotted, MODULES))


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def lingap_imports(path: Path) -> set[str]:
    """Every lingap module that the file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            if f"{node.module}.".startswith("lingap."):
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    is_module = whole in NAMES or node.module == "lingap"
                    found.add(whole if is_module else str(node.module))
        elif isinstance(node, ast.Import):
            found |= {a.name for a in node.names if a.name.startswith("lingap.")}
    return found - {"lingap.__version__"}


IN_ROOMS = [path for path in MODULES if path.parent != ROOT or path.stem[0] != "_"]


@pytest.mark.parametrize("path", IN_ROOMS, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_only_look_up(path):
    relative = path.relative_to(ROOT)
    here = relative.parts[0].removesuffix(".py")
    for target in lingap_imports(path):
        assert ORDER[room(target)] <= ORDER[here], f"{relative} must not know {target}"


def test_no_file_is_part_of_a_circle():
    """Files can be read in an order in which each needs only those before it."""
    files = {dotted(path): path for path in IN_ROOMS}
    needs = {
        module: lingap_imports(path) & files.keys() - {module} for module, path in files.items()
    }
    in_order = list(TopologicalSorter(needs).static_order())  # raises CycleError, which names them
    assert len(in_order) == len(files)


def test_every_room_is_on_the_plan():
    rooms = {p.name.removesuffix(".py") for p in ROOT.iterdir() if p.name != "__pycache__"}
    assert rooms - {"__init__", "__main__", "py.typed"} == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, "split it by what it does"


def test_report_never_imports_torch():
    for path in (ROOT / "report").rglob("*.py"):
        assert "torch" not in path.read_text(encoding="utf-8").replace("pytorch", "")


def imported_names(path: Path) -> set[str]:
    """Every module that the file imports, and every name it takes from one."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


GAP_READERS = {"ends", "kind_of", "load_gaps", "reasons_over_seeds"}
"""What the report calls of ``gap/`` beside its result classes: it reads, and computes nothing."""


@pytest.mark.parametrize("path", sorted((ROOT / "report").rglob("*.py")), ids=lambda p: p.name)
def test_the_report_computes_nothing(path):
    for name in imported_names(path):
        assert name.split(".")[0] not in ("scipy", "sklearn", "threadpoolctl", "safetensors"), name
        assert not name.startswith(("lingap.corpora", "lingap.metrics", "lingap.g2p")), name
        if name.startswith("lingap.gap."):
            last = name.rpartition(".")[2]
            assert last[0].isupper() or last in GAP_READERS, f"{name} computes"
