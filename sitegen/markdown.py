"""The pages as Markdown beside them, and `llms.txt`: for whoever hands a lesson to an assistant."""

import ast
import re
from pathlib import Path, PurePosixPath
from textwrap import dedent

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from sitegen.lesson import ROOT

FIGURE = re.compile(r'<figure class="plot"[^>]*aria-label="([^"]*)".*?</figure>', re.DOTALL)
REFERENCE = re.compile(r"\s*::: ([\w.]+)")
FOLDED = re.compile(r'^\?\?\? \w+ "(.*)"\n((?:    .*\n|\s*\n)+)', re.MULTILINE)
OUTPUT = re.compile(r"^(`{12}) \{ \.(\w+) \.(?:in|out)put \}$", re.MULTILINE)


def write_markdown(page: Page) -> None:
    """Write a page's Markdown beside it."""
    assert page.markdown is not None
    text = page.markdown
    if module := REFERENCE.match(text):
        text = describe(module[1])
    text = re.sub(r"^.*\n\{ \.downloads \}\n", "", text, flags=re.MULTILINE)
    text = FOLDED.sub(lambda block: f"{block[1]}:\n\n{dedent(block[2]).strip()}\n\n", text)
    text = re.sub(r"<details [^>]*>", "<details>", text)
    text = OUTPUT.sub(r"\1\2", FIGURE.sub(r"(Figure: \1)", text)).replace("`" * 12, "```")
    text = re.sub(
        r" ?\{ [.#:\w -]* \}$|</?div[^>]*>\n|<br>|</?(?:div|mlp-)[^>]*>",
        "",
        text,
        flags=re.MULTILINE,
    )
    text = re.sub(r"\[(`[^`]+`)\]\[[^]]*\]", r"\1", text)
    text = re.sub(r"(\]\([\w./-]*)\.(?:ipynb|html)(?=[)#])", r"\1.md", text)
    path = Path(page.file.abs_dest_path).with_suffix(".md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.strip() + "\n", encoding="utf-8")


def describe(module: str) -> str:
    """Write what a module of the library offers: each signature and docstring."""
    path = ROOT / module.replace(".", "/")
    paths = sorted(path.glob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
    parts = [f"# {module}"]
    for tree in (ast.parse(path.read_text("utf-8")) for path in paths):
        parts.append(ast.get_docstring(tree) or "")
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
                parts += _describe(node, "##")
    return "\n\n".join(parts)


def _describe(node: ast.FunctionDef | ast.ClassDef, mark: str) -> list[str]:
    parts = [f"{mark} {node.name}"]
    if isinstance(node, ast.FunctionDef):
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        parts.append(f"```python\n{node.name}({ast.unparse(node.args)}){returns}\n```")
    parts.append(ast.get_docstring(node) or "")
    for inner in node.body if isinstance(node, ast.ClassDef) else []:
        if isinstance(inner, ast.FunctionDef) and inner.name[0] != "_":
            parts += _describe(inner, "###")
    return parts


def write_index(nav: Navigation, config: MkDocsConfig) -> None:
    """Write `llms.txt`: what the site is, and its pages by section (https://llmstxt.org)."""
    lines = [f"# {config.site_name}", "", f"> {config.site_description}"]
    section = None
    for page in nav.pages:
        title = page.parent.title if page.parent else "Pages"
        if title != section:
            lines += ["", f"## {title}", ""]
            section = title
        uri = PurePosixPath(page.file.dest_uri).with_suffix(".md")
        lines.append(f"- [{page.title}]({uri}): {page.meta.get('description', '')}".rstrip(": "))
    Path(config.site_dir, "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
