"""What is installed, missing, cached and usable on this machine: the facts of ``lingap doctor``.

Looking fails for no reason of the machine: what cannot be seen is said, in place of its facts.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from lingap.metrics.threads import n_cores

SERVES = {
    "train": "training, published encoders, embeddings and models",
    "data": "Parquet, the word cache of corpora, files of the hub",
    "report": "the HTML report, figures",
    "app": "the explorer, a local web page",
    "g2p": "G2P of some two hundred languages by orthography2ipa",
    "espeak": "G2P by eSpeak NG (GPL)",
    "cjk": "readings of Mandarin, Cantonese and Japanese",
    "africa": "G2P of African languages with tones",
    "segment": "words of languages written without spaces",
    "numbers": "numbers read as words",
    "romanize": "the representation romanized",
    "sentencepiece": "vocabularies of SentencePiece",
    "explain": "distances between languages in gap explain",
    "cluster": "experiments on a Ray cluster",
}
"""Extra -> what it is for. ``all`` is train, data, report, g2p, numbers, romanize and app."""
MOST_FILES = 200_000
"""Counted in one cache; beyond them its size is a lower bound."""
SETTINGS = (
    "LINGAP_CACHE", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_OFFLINE", "OMP_NUM_THREADS", "PYTHONUTF8",
)  # fmt: skip


def surroundings() -> dict[str, Any]:
    """Everything, as plain values ready for JSON; no section raises."""
    looks: dict[str, Callable[[], Any]] = {
        "lingap": _lingap,
        "extras": _extras,
        "backends": _backends,
        "devices": _devices,
        "caches": _caches,
        "plugins": _plugins,
        "settings": lambda: {name: os.environ[name] for name in SETTINGS if name in os.environ},
    }
    return {name: _seen(look) for name, look in looks.items()}


def _seen(look: Callable[[], Any]) -> Any:
    try:
        return look()
    except Exception as error:  # a broken package or file is what a doctor is there to find
        return {"error": f"{type(error).__name__}: {error}"}


def _lingap() -> dict[str, Any]:
    from lingap import __version__

    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "folder": str(Path(__file__).parents[1]),
        "encoding": sys.stdout.encoding,
    }


def _extras() -> list[dict[str, Any]]:
    """The core and each extra, with its packages; those that are ready first."""
    from packaging.requirements import Requirement

    wanted = [Requirement(text) for text in metadata.requires("lingap") or ()]
    found = [_extra("", "phonemes, languages, metrics, gaps of given numbers", wanted)]
    found += [_extra(name, serves, wanted) for name, serves in SERVES.items()]
    return sorted(found, key=lambda extra: extra["state"] != "ready")


def _extra(name: str, serves: str, wanted: list[Any]) -> dict[str, Any]:
    packages = []
    for requirement in wanted:
        marker = requirement.marker
        if (marker is None or marker.evaluate({"extra": name})) and (
            not name or "extra" in str(marker)
        ):
            packages.append(_package(requirement))
    missing = [one for one in packages if one["state"] != "ready"]
    return {
        "name": name or "core",
        "for": serves,
        "state": "missing" if missing else "ready",
        "packages": packages,
        "install": f"pip install 'lingap[{name}]'" if name else "pip install --upgrade lingap",
    }


def _package(requirement: Any) -> dict[str, Any]:
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        version = None
    fits = version is not None and requirement.specifier.contains(version, prereleases=True)
    state = "ready" if fits else "missing" if version is None else "another version"
    wanted = f"{requirement.name}{requirement.specifier}"
    return {"name": requirement.name, "version": version, "wanted": wanted, "state": state}


def _backends() -> list[dict[str, Any]]:
    from lingap.g2p.protocol import BACKENDS

    return [{"name": name} | _seen(lambda: _backend(BACKENDS[name])) for name in BACKENDS]  # noqa: B023


def _backend(backend: Any) -> dict[str, Any]:
    hint = backend.missing()
    return {
        "state": "ready" if hint is None else "missing",
        "languages": len(backend.languages()),
        "install": hint,
    }


def _devices() -> dict[str, Any]:
    found: dict[str, Any] = {"cores": n_cores(), "memory_bytes": _memory()}
    try:
        import torch
    except ImportError:
        return found | {"torch": None, "cuda": [], "mps": False}
    except OSError as error:  # a library of the driver that does not fit
        return found | {"torch": f"cannot be loaded: {error}", "cuda": [], "mps": False}
    n_cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    found["torch"] = torch.__version__
    found["cuda"] = [torch.cuda.get_device_name(i) for i in range(n_cuda)]
    found["mps"] = torch.backends.mps.is_available()
    if not n_cuda and Path("/proc/driver/nvidia/version").is_file():
        found["advice"] = (
            "An NVIDIA driver is here, but torch cannot use it"
            + (": it is built for the CPU; install a build for CUDA." if not torch.version.cuda
               else f": it is built for CUDA {torch.version.cuda}.")
        )  # fmt: skip
    return found


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows, or a system that does not say
        return None


def _caches() -> list[dict[str, Any]]:
    from lingap.storage.cache_folder import cache_folder

    own, hub = cache_folder(), _hub_cache()
    found = [_cache("lingap", own, "LINGAP_CACHE")]
    if own is not None and own.is_dir():
        parts = sorted(path for path in own.iterdir() if path.is_dir() and not path.is_symlink())
        found[0]["parts"] = [_cache(path.name, path, "") for path in parts]
    return [*found, _cache("models and data of the hub", hub, "HF_HOME")]


def _hub_cache() -> Path:
    named = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if named:
        return Path(named)
    home = os.environ.get("HF_HOME")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return (Path(home) if home else base / "huggingface") / "hub"


def _cache(name: str, folder: Path | None, set_by: str) -> dict[str, Any]:
    if folder is None:
        return {"name": name, "folder": None, "set_by": set_by, "bytes": 0, "files": 0}
    n_bytes, n_files = _size(folder)
    above = next((path for path in (folder, *folder.parents) if path.exists()), None)
    return {
        "name": name, "folder": str(folder), "set_by": set_by, "bytes": n_bytes, "files": n_files,
        "complete": n_files < MOST_FILES,
        "writable": above is not None and os.access(above, os.W_OK | os.X_OK),
        "free_bytes": shutil.disk_usage(above).free if above is not None else None,
    }  # fmt: skip


def _size(folder: Path) -> tuple[int, int]:
    """Bytes and files below a folder; links are not followed, and what cannot be read is 0."""
    n_bytes = n_files = 0
    open_folders = [str(folder)]
    while open_folders and n_files < MOST_FILES:
        try:
            with os.scandir(open_folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        open_folders.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        n_files += 1
                        n_bytes += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return n_bytes, n_files


def _plugins() -> list[dict[str, Any]]:
    """What other packages add to lingap under its entry-point groups, and whether it loads."""
    found = []
    groups = sorted(one for one in metadata.entry_points().groups if one.startswith("lingap."))
    for point in (one for group in groups for one in metadata.entry_points(group=group)):
        try:
            point.load()
            state = "ready"
        except Exception as error:
            state = f"cannot be loaded: {type(error).__name__}: {error}"
        package = point.dist.name if point.dist is not None else "?"
        found.append({"group": point.group, "name": point.name, "package": package, "state": state})
    return found
