import pytest

from sitegen.lesson import read_lesson, read_lessons

LESSON = """\
# %% [markdown]
# # A title
#
# You will learn
#
# - this, which
#   is long;
# - that.

# %% tags=["a"]

1 + 1
# %%
2
"""


def write(root, text, name="01_it.py"):
    (root / "tutorials").mkdir(exist_ok=True)
    path = root / "tutorials" / name
    path.write_text(text)
    return path.relative_to(root)


def test_cells_titles_and_lines(tmp_path):
    lesson = read_lesson(write(tmp_path, LESSON), tmp_path)
    assert lesson.name == "01_it"
    assert lesson.title == "A title"
    assert lesson.teaches == ["this, which\n  is long;", "that."]
    assert [cell.cell_type for cell in lesson.notebook.cells] == ["markdown", "code", "code"]
    assert lesson.notebook.cells[1].metadata.tags == ["a"]
    assert lesson.lines == [2, 12, 14]


@pytest.mark.parametrize("text", ["", "import torch\n# %%\n1\n", "\n# %%\n1\n"])
def test_a_script_that_does_not_begin_with_a_cell_is_refused(tmp_path, text):
    with pytest.raises(ValueError, match=r"tutorials/01_it\.py: expected every cell to begin"):
        _ = read_lesson(write(tmp_path, text), tmp_path).notebook


def test_lessons_come_in_order_and_other_files_are_left_alone(tmp_path):
    for name in ("10_b.py", "02_a.py", "notes.py"):
        write(tmp_path, LESSON, name)
    assert [lesson.name for lesson in read_lessons(tmp_path)] == ["02_a", "10_b"]
