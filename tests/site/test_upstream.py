"""What `sitegen/upstream.py` touches is still what it was written for."""

import inspect
import socket
from importlib.metadata import version
from pathlib import Path

import material
import mkdocs_jupyter.plugin
import pytest
from mkdocs.commands import build, serve
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from sitegen import ROOT, upstream

MATERIAL = Path(material.__file__).parent / "templates"


@pytest.mark.parametrize(
    ("package", "seen"),
    [
        ("mkdocs", "1.6."),
        ("mkdocs-jupyter", "0.26."),
        ("mkdocs-material", "9."),
        ("mkdocstrings-python", "2."),
    ],
)
def test_the_versions_are_those_it_was_seen_to_work_with(package, seen):
    assert version(package).startswith(seen), "look at each function of sitegen/upstream.py"


def test_mkdocs_jupyter_replaces_render_and_nothing_else_does(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("{}")
    config = MkDocsConfig(config_file_path=str(ROOT / "mkdocs.yml"))
    config.load_dict({"site_name": "A site", "site_dir": str(tmp_path / "site")})
    assert config.validate() == ([], [])
    plugin = mkdocs_jupyter.plugin.Plugin()
    plugin.load_config({"include": ["*.ipynb"], "cache": False})
    page = Page("A", File("a.ipynb", str(tmp_path), config.site_dir, False), config)
    plugin.on_pre_page(page, config=config, files=Files([]))
    assert "render" in vars(page)
    upstream.render_as_markdown(page)
    assert page.render == Page.render.__get__(page)
    with pytest.raises(AttributeError):
        upstream.render_as_markdown(page)


@pytest.mark.parametrize(
    ("template", "flaw", "times"),
    [
        ("partials/search.html", ' role="dialog">', 1),
        ("base.html", ' type="checkbox" id="__drawer" autocomplete="off"', 1),
        ("base.html", ' type="checkbox" id="__search" autocomplete="off"', 1),
        ("partials/nav-item.html", ' tabindex="{{ tabindex }}"', 2),
    ],
)
def test_material_has_the_flaws_that_are_mended(template, flaw, times):
    assert (MATERIAL / template).read_text().count(flaw) == times


def test_only_markup_is_mended():
    page = (
        '<div role="dialog"><nav class="md-nav" aria-label="Two"></nav><input class="md-toggle" id="x" autocomplete="off">'
        '<a tabindex="">prose says tabindex=""</a><table></table><div class="math"></div>'
        '<details class="mkdocstrings-source"><summary>S</summary><div class="highlight"><table>'
        "<tr><td><pre><code><span>x</span> = 1</code></pre></div></td></tr></table></div>"
    )
    assert upstream.mend_page(page) == (
        '<div role="dialog" aria-label="Search"><nav class="md-nav" aria-label="Two, on this page">'
        '</nav><input class="md-toggle" id="x">'
        '<a>prose says tabindex=""</a><table tabindex="0"></table><div class="math" tabindex="0"></div>'
        '<details class="mkdocstrings-source"><summary>S</summary><pre><samp>x = 1</samp></pre>'
    )


def test_every_patch_fits_its_script_once_and_another_script_is_refused(tmp_path):
    originals = {name: next(MATERIAL.glob(name)) for name in upstream.PATCHES}
    copies = {name: tmp_path / path.relative_to(MATERIAL) for name, path in originals.items()}
    for name, copy in copies.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(originals[name].read_text())
    upstream.patch_scripts(tmp_path)
    for name, patches in upstream.PATCHES.items():
        for old, new in patches.items():
            assert originals[name].read_text().count(old) == 1
            assert old not in copies[name].read_text()
            assert new in copies[name].read_text()
    with pytest.raises(ValueError, match=r"once in Material's script, got 0; look at PATCHES"):
        upstream.patch_scripts(tmp_path)


def start_server(monkeypatch, root, **address):
    monkeypatch.setattr(serve, "LiveReloadServer", LiveReloadServer)  # put it back at the end
    assert "LiveReloadServer" in serve.serve.__code__.co_names
    upstream.prepare_server(0.2)
    return serve.LiveReloadServer(builder=print, root=str(root), **address)


def test_the_server_that_mkdocs_starts_polls_as_often_as_asked(monkeypatch, tmp_path):
    server = start_server(monkeypatch, tmp_path, host="127.0.0.1", port=0)
    assert server.observer.timeout == 0.2
    assert server.socket.getsockname()[1] > 0
    server.server_bind()  # as its method `serve` does
    upstream.build_with(server, lambda: "rebuilt")
    assert server.builder() == "rebuilt"
    server.server_close()


def test_a_port_in_use_is_one_sentence_before_the_build(monkeypatch, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MkDocsException, match=rf"free port at 127.0.0.1:{port}, .*; .* -a 127"):
            start_server(monkeypatch, tmp_path, host="127.0.0.1", port=port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("nowhere.invalid", 0), ("::", -1)])
def test_so_is_an_address_that_is_not_there(monkeypatch, tmp_path, host, port):
    with pytest.raises(MkDocsException, match=f"expected a free port at {host}:{port}, got: "):
        start_server(monkeypatch, tmp_path, host=host, port=port)


def test_a_page_is_built_by_the_functions_that_build_all():
    assert [*inspect.signature(build._populate_page).parameters][:3] == ["page", "config", "files"]
    names = ["page", "config", "doc_files", "nav", "env"]
    assert [*inspect.signature(build._build_page).parameters][:5] == names
