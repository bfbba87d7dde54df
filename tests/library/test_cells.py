"""How the command reads learners' files: any bytes, any encoding, Jupyter's own commands."""

import ast
import codecs
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_tutorial._command.cells import Cell, needed, read_cells
from mlp_tutorial.lessons import find_lesson

EXAMPLES = int(os.environ.get("EXAMPLES", "100"))
CODE = "def softmax(logits):\n    return 'größer'"
NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": CODE}], "nbformat": 4}, ensure_ascii=False
)
WRITTEN = {
    "mine.py": find_lesson("04").script_for_learner().encode(),
    "mine.ipynb": json.dumps(find_lesson("04").for_learner()).encode(),
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
    (cell,) = read_cells(write("mine.py", data))
    assert cell.source.strip().endswith(CODE)


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
    assert [cell.source for cell in read_cells(write(name, data))] == [CODE]


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
        read_cells(write(name, data))


@pytest.mark.skipif(os.name != "posix", reason="a link needs no rights, and there are pipes")
def test_what_is_no_file_is_named(tmp_path, monkeypatch):
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "link.ipynb").symlink_to("absent")
    os.mkfifo(tmp_path / "pipe.ipynb")
    for name, kind in {"folder": "a folder", "link": "a link to", "pipe": "something else"}.items():
        with pytest.raises(ValueError, match=f"{name}.ipynb to be a file, got {kind}"):
            read_cells(tmp_path / f"{name}.ipynb")

    def read_bytes(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", read_bytes)  # root may read everything
    (tmp_path / "closed.py").touch()
    with pytest.raises(ValueError, match=r"open closed.py \(Permission denied\). Make it readable"):
        read_cells(tmp_path / "closed.py")


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
        cells = read_cells(path)
    except ValueError as error:
        cells, said = [], error
    else:
        said = ValueError(path.name)
    assert type(said) is ValueError
    assert path.name in str(said)  # a sentence of ours
    assert set(needed(cells, range(len(cells)))) == set(range(len(cells)))


PIECES = [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b"\\ud800", b"\\u0000", b"null", b"[[", b"{}"]
PIECES += [b"# %%\n", b"%%time\n", b"\n!ls '''\\\n", b"# coding: latin-1\n", b"\r", b"((((", b'"']
COMMANDS = [
    "%matplotlib inline",
    "!pip install torch",
    "!echo it's (",
    "!ls \\\n  -l",
    "%load_ext autoreload\n%autoreload 2",
    "?print",
    "print?",
    "torch.softmax??",
    "%%time",
    "\n%%capture output\n%%time",
    "%time y = 1",
    "y = %time 1",
    "%timeit -n 1 1 / 0",
    "files = !ls",
    "size = len(get_ipython().getoutput('ls'))",
    "if True:\n    !ls\n    %time z = 2",
    "def f():\n    %cd ..",
    "text = '''\n%matplotlib inline\n!ls\n'''",
    "get_ipython().magic('time y = 1')",
    "get_ipython().run_cell_magic('time', '', 'z = 2\\n')",
    ">>> y = 1",
]


def run(cell):
    space = {}
    for statement in cell.statements:
        exec(compile(ast.Module([statement.node], []), "a cell", "exec"), space)
    return space


@pytest.mark.parametrize("command", COMMANDS)
def test_jupyters_commands_do_not_keep_a_cell_from_running(command):
    cell = Cell.read(f"{command}\nx = 1\n# why?\n")
    space = run(cell)
    assert space["x"] == 1
    assert space.get("y", 1) == 1
    assert space.get("z", 2) == 2
    assert not {"files", "size"} & (space.keys() | cell.defines)
    assert cell.statements[-1].node.lineno in {command.count("\n") + n for n in (1, 2)}
    assert space.get("text", "!ls") == "!ls" or "\n!ls" in space["text"]


@pytest.mark.parametrize(
    ("source", "skipped"),
    [
        ("!pip install -q einops", {"!pip install -q einops": set()}),
        (" pip install einops\n", {"%pip install einops": set()}),
        ("%pip install einops", {"%pip install einops": set()}),
        ("%%bash\nls", {"%%bash": set()}),
        ("%%writefile helper.py\nx = (", {"%%writefile helper.py": set()}),
        ("%%html\n<b>", {"%%html": set()}),
        ("a, b = !ls", {"!ls": {"a", "b"}}),
        ("for url in urls:\n    !wget {url}", {"!wget {url}": set()}),
        ("%matplotlib inline\n%load_ext autoreload\nprint?\n%timeit f()", {}),
    ],
)
def test_what_reaches_outside_is_skipped_and_named(source, skipped):
    cell = Cell.read(source)
    assert {each.command: each.defines for each in cell.skipped} == skipped
    assert not cell.error


@pytest.mark.parametrize("code", ["def f(:", "x = 1 if", "print 'a'", "(", "'''", "a b", "\ud800", "return"])  # fmt: skip
def test_other_errors_stay(code):
    cell = Cell.read(f"x = 1\n{code}")
    assert cell.error
    assert not cell.statements
    assert "x" in cell.defines  # a guess


def test_ipython_is_imported_only_for_its_own_commands():
    code = "import sys\nfrom mlp_tutorial._command.cells import Cell\nCell.read({})\n"
    for source, imported in {"x = 1": False, "%time x = 1": True}.items():
        test = f"{code.format(repr(source))}assert ('IPython' in sys.modules) is {imported}"
        subprocess.run([sys.executable, "-c", test], check=True)


COLAB = """import math
# a remark
# Commented out IPython magic to ensure Python compatibility.
# %matplotlib inline
# another remark
x = 1

# Commented out IPython magic to ensure Python compatibility.
# %%time
# def f():
#     return x

y = 2
"""
NBCONVERT = """#!/usr/bin/env python
# In[ ]:
import math
# In[12]:
x = (
# In[3]:
get_ipython().run_line_magic('time', 'y = 2')
"""


@pytest.mark.parametrize(
    ("script", "defined"), [(COLAB, ["math x", "f", "y"]), (NBCONVERT, ["", "math", "x", "y"])]
)
def test_exported_scripts_are_split_into_cells(write, script, defined):
    cells = read_cells(write("mine.py", script.encode()))
    assert [cell.defines for cell in cells] == [set(names.split()) for names in defined]
    lines = [each.node.lineno for cell in cells for each in cell.statements]
    assert lines == ([1, 6, 10, 13] if script == COLAB else [3, 7])


def test_a_script_keeps_its_lines():
    path = Path(find_lesson("04").path)
    lines = path.read_text("utf-8").splitlines()
    cells = read_cells(path)
    for cell in cells:
        own = cell.source.splitlines()
        assert own[-1] == lines[len(own) - 1]
    assert not any("[markdown]" in cell.source for cell in cells)
