"""How the command reads learners' files: any bytes, any encoding, Jupyter's own commands."""

import codecs
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_tutorial._command.cells import needed, read_code, without_magics
from mlp_tutorial.lessons import find_lesson

EXAMPLES = int(os.environ.get("EXAMPLES", "100"))
CODE = "def softmax(logits):\n    return 'größer'"
NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": CODE}], "nbformat": 4}, ensure_ascii=False
)
WRITTEN = {
    "mine.py": find_lesson("05").script_for_learner().encode(),
    "mine.ipynb": json.dumps(find_lesson("05").for_learner()).encode(),
}


@pytest.fixture
def write(tmp_path):
    """Write a file of a learner's."""

    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    "data",
    [
        CODE.encode(),
        CODE.replace("\n", "\r\n").encode(),
        CODE.replace("\n", "\r").encode(),
        codecs.BOM_UTF8 + CODE.encode(),
        CODE.encode("utf-16"),
        codecs.BOM_UTF16_BE + CODE.encode("utf-16-be"),
        f"# coding: latin-1\n{CODE}".encode("latin-1"),
        f"#!/usr/bin/python\n# -*- coding: cp1252 -*-\n{CODE}".encode("cp1252"),
        f"# ---\n# jupyter: [\n# ---\n{CODE}\n".encode(),  # Python ignores a broken header
    ],
)
def test_a_script_is_read_in_its_encoding(write, data):
    (cell,) = read_code(write("mine.py", data))
    assert cell.strip().endswith(CODE)


@pytest.mark.parametrize(
    "data",
    [
        NOTEBOOK.encode(),
        codecs.BOM_UTF8 + NOTEBOOK.encode(),
        NOTEBOOK.encode("utf-16"),
        json.dumps(json.loads(NOTEBOOK), indent=1).replace("\n", "\r\n").encode(),
        NOTEBOOK.replace('"nbformat": 4', '"nbformat": 5').encode(),
        NOTEBOOK.replace("{", '{"worksheets": [{', 1)
        .replace('"source"', '"input"')
        .replace('], "nbformat": 4}', ']}], "nbformat": 3}')
        .encode(),
        NOTEBOOK.replace(json.dumps(CODE, ensure_ascii=False), json.dumps([CODE[:9], CODE[9:]])).encode(),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["mine.ipynb", "MINE (1).IPYNB"])
def test_a_notebook_is_read_in_any_form(write, name, data):
    assert read_code(write(name, data)) == [CODE]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.py", CODE.encode("latin-1"), "a.py in utf-8, got the byte 0xf6 in line 2. Save it as"),
        ("a.py", ("\n\n" + CODE).encode("cp1252"), "in utf-8, got the byte 0xf6 in line 4. Save"),
        ("a.py", b"# coding: klingon\n\xff", "got the byte 0xff in line 2. Save it as UTF-8"),
        ("a.py", b"# coding: hex\n", "but 'hex' is not a text encoding.* Save it as UTF-8"),
        ("a.py", b"x = 1\n\0", "to be text, got a zero byte in line 2. Save it as UTF-8"),
        ("a.py", CODE.encode("utf-16-le"), "got a zero byte|got the byte"),
        ("a.ipynb", b"", "a.ipynb to be a notebook, got an empty file. Save it again in Jupyter"),
        ("a.ipynb", b"\n", "got an empty file"),
        ("a.ipynb", NOTEBOOK.encode()[:-9], "got text that is not JSON .*line 1.* Save it again"),
        ("a.ipynb", CODE.encode(), "got text that is not JSON"),
        ("a.ipynb", NOTEBOOK.encode("latin-1"), "Expected a.ipynb in utf-8, got the byte"),
        ("a.ipynb", b"[" * 100_000, "got text that is not JSON"),
        ("a.ipynb", f"[{NOTEBOOK}]".encode(), "got JSON without its cells. Save it again"),
        ("a.ipynb", b"null", "got JSON without its cells"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code"}]}', "got JSON without its cells"),
        ("a.ipynb", b'{"cells": {"a": "code"}}', "got JSON without its cells"),
    ],
)
def test_what_cannot_be_read_is_named_with_a_cure(write, name, data, said):
    with pytest.raises(ValueError, match=said):
        read_code(write(name, data))


@pytest.mark.skipif(os.name != "posix", reason="a link needs no rights, and there are pipes")
def test_what_is_no_file_is_named(tmp_path, monkeypatch):
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "link.ipynb").symlink_to("absent")
    os.mkfifo(tmp_path / "pipe.ipynb")
    for name, kind in {"folder": "a folder", "link": "a link to", "pipe": "something else"}.items():
        with pytest.raises(ValueError, match=f"{name}.ipynb to be a file, got {kind}"):
            read_code(tmp_path / f"{name}.ipynb")

    def read_bytes(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", read_bytes)  # root may read everything
    (tmp_path / "closed.py").touch()
    with pytest.raises(ValueError, match=r"open closed.py \(Permission denied\). Make it readable"):
        read_code(tmp_path / "closed.py")


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(sorted(WRITTEN)), st.data())
def test_any_bytes_are_read_or_explained(tmp_path_factory, name, data):
    """Any bytes, and files of a learner's with pieces replaced."""
    content = data.draw(st.binary() | st.just(WRITTEN[name]))
    pieces = st.binary(max_size=9) | st.sampled_from(PIECES)
    for place, length, piece in data.draw(
        st.lists(st.tuples(st.integers(0, len(content)), st.integers(0, 99), pieces), max_size=4)
    ):
        content = content[:place] + piece + content[place + length :]
    path = tmp_path_factory.getbasetemp() / f"fuzz-{os.getpid()}-{name}"
    path.write_bytes(content)
    try:
        cells = read_code(path)
    except ValueError as error:
        cells, said = [], error
    else:
        said = ValueError(path.name)
    assert type(said) is ValueError
    assert path.name in str(said)  # a sentence of ours
    assert set(needed(cells, "softmax")) <= set(range(len(cells)))


PIECES = [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b"\\ud800", b"\\u0000", b"null", b"[[", b"{}"]
PIECES += [b"# %%\n", b"%%time\n", b"\n!ls '''\\\n", b"# coding: latin-1\n", b"\r", b"((((", b'"']
COMMANDS = [
    "%matplotlib inline",
    "!pip install torch",
    "!echo it's (",
    "  !ls",
    "!ls \\\n  -l",
    "%load_ext autoreload\n%autoreload 2",
    "pip install -q torch",
    "cd ..\nmkdir data",
    "?print",
    "print?",
    "torch.softmax??",
    "%%time",
    "\n%%capture output",
    "%time y = 1",
    "%timeit -n 1 1 / 0",
    "files = !ls",
    "if True:\n    !ls\n    %time z = 2",
    "text = '''\n%matplotlib inline\n!ls\n'''",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_jupyters_commands_do_not_keep_a_cell_from_running(command):
    space = {}
    exec(without_magics(f"{command.removeprefix('  ')}\nx = 1\n# why?\n"), space)
    assert space["x"] == 1
    assert space.get("y", 1) == 1
    assert space.get("z", 2) == 2
    assert space.get("files", []) == []
    assert space.get("text", "!ls") == "!ls" or "\n!ls" in space["text"]


@pytest.mark.parametrize("magic", ["bash", "writefile helper.py", "html", "js"])
def test_a_cell_in_another_language_is_empty(magic):
    assert without_magics(f"%%{magic}\nx = 1") == ""


@pytest.mark.parametrize("code", ["def f(:", "x = 1 if", "print 'a'", "(", "'''", "a b", "\ud800"])
def test_other_errors_stay(code):
    assert without_magics(f"x = 1\n{code}") == f"x = 1\n{code}"


def test_a_script_keeps_its_lines():
    path = Path(find_lesson("05").path)
    lines = path.read_text("utf-8").splitlines()
    cells = read_code(path)
    for cell in cells:
        own = cell.splitlines()
        assert own[-1] == lines[len(own) - 1]
    assert not any("[markdown]" in cell for cell in cells)
