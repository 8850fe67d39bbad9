"""What all rooms' tests share."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pages import browser_here

collect_ignore_glob = ["support/doc_*.py", "support/train_by_ranks.py"]  # scripts

# One thread a process, set before torch and BLAS are imported: several tests share the cores, and
# threads of a small product that wait for each other are many times slower than one.
os.environ["OMP_NUM_THREADS"] = "1"

# A busy machine makes an example slow, not wrong.
settings.register_profile("lingap", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lingap")


def shared_dir() -> Path:
    """The folder of real public data beside the checkout; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the real data samples (../shared) are not here")
    return folder


@pytest.fixture(autouse=True, scope="session")
def _own_caches(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the tests away from the user's caches."""
    os.environ["LINGAP_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c() -> None:
    """Programs that are begun in the background ignore Ctrl-C, and so would those of the tests."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _imports_are_no_garbage() -> Iterator[None]:
    """Take what the training libraries brought out of the search for garbage, once a process.

    Accelerate has Python search all objects before each training: for models of a few weights that
    was half of the time of ``tests/training``.
    """
    yield
    if "transformers.trainer" in sys.modules and not gc.get_freeze_count():
        gc.collect()
        gc.freeze()


@pytest.fixture
def kill_in_the_middle() -> Callable[[Path], Path]:
    """Leaves the file that a process, killed while it wrote a target, leaves behind."""

    def kill(target: Path) -> Path:
        before = {*target.parent.iterdir()}
        code = (
            "import os, sys; from pathlib import Path; from lingap.storage.atomic import whole_file\n"
            "with whole_file(Path(sys.argv[1])) as aside:\n"
            "    aside.write_text('half'); os.kill(os.getpid(), 9)"
        )
        ended = subprocess.run([sys.executable, "-c", code, target], check=False)
        assert ended.returncode == -9
        [left] = {*target.parent.iterdir()} - before
        return left

    return kill


@pytest.fixture
def shared() -> Path:
    return shared_dir()


@pytest.fixture(scope="module")
def browser():
    """Chromium, for a module alone: its event loop is in the way of others."""
    with browser_here() as browser:
        yield browser
