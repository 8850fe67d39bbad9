"""What MkDocs needs to know of this repository (``hooks`` in ``mkdocs.yml``).

Pages beside ``docs/`` join the site, formulas become MathML, which browsers set without a script,
and links to source files, which the site does not have, become their names.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
BESIDE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Pages of the repository's root and their names in the site."""
_LINK = re.compile(r"\[([^\]]*)\]\(((?:\.\./)*)((?:src|benchmarks|tools|tests|examples)/[^)]*)\)")


def _formula(source: str, *_: Any, **__: Any) -> str:
    """A fenced block ``math`` as MathML."""
    return f'<div class="formula">{convert(source, display="block")}</div>'


def on_config(config: Any) -> Any:
    """Give the fence ``math`` its formatter."""
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {})
    fences["custom_fences"] = [{"name": "math", "class": "formula", "format": _formula}]
    return config


def on_files(files: Files, config: Any) -> Files:
    """Join the pages of the root, with links as seen from ``docs/``."""
    for path, name in BESIDE.items():
        text = (ROOT / path).read_text(encoding="utf-8").replace("](docs/", "](")
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Lead links to pages of the root to where the site has them; show sources by name."""
    up = "../" * page.file.src_uri.count("/")
    for path, name in BESIDE.items():
        markdown = markdown.replace(f"]({up}../{path}", f"]({up}{name}")
    return _LINK.sub(lambda found: found[1] if "`" in found[1] else f"`{found[3]}`", markdown)
