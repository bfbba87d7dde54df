"""The table of diamonds, from the package's part, from plotnine, and from files that aren't it."""

import hashlib
import importlib.util
import lzma
import sys
from pathlib import Path

import pytest
import torch

from mlp_tutorial import diamonds
from mlp_tutorial.diamonds import CLARITIES, COLORS, CUTS, load_diamonds

CSV = b"""\
"carat","cut","color","clarity","depth","table","price","x","y","z"
0.23,"Ideal","E","SI2",61.5,55,326,3.95,3.98,2.43
2,"Premium","H","IF",58.9,57,12210,8.09,58.9,8.06
0.5,"Fair","J","I1",64.1,54.7,600,0,0,0
"""


@pytest.fixture
def plotnine(tmp_path, monkeypatch):
    """The folder of data of an installed plotnine that fails if it's imported."""
    package = tmp_path / "packages" / "plotnine"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    monkeypatch.setattr(sys, "path", [str(package.parent), *sys.path])
    monkeypatch.delitem(sys.modules, "plotnine", raising=False)
    importlib.invalidate_caches()
    monkeypatch.setenv("MLP_TUTORIAL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(diamonds, "FULL", hashlib.md5(CSV).hexdigest())
    return package / "data"


def test_part_is_what_it_says():
    stones = load_diamonds("subset")
    assert len(stones) == 6000
    assert stones.source == "subset"
    for grades, names in ((stones.cut, CUTS), (stones.color, COLORS), (stones.clarity, CLARITIES)):
        assert grades.unique().tolist() == list(range(len(names)))
    for numbers in (stones.carat, stones.depth, stones.table, stones.price, stones.sizes):
        assert numbers.dtype == torch.float32
        assert numbers.isfinite().all()
    assert stones.sizes.shape == (6000, 3)
    assert stones.price.min() > 300
    assert stones.price.max() < 19000


def test_better_grades_cost_more_at_the_same_weight():
    stones = load_diamonds("subset")
    one = (stones.carat >= 1) & (stones.carat < 1.1)
    for grades in (stones.color, stones.clarity):
        good, bad = (one & half for half in (grades > 4, grades < 2))
        assert stones.price[good].mean() > 1.3 * stones.price[bad].mean()


def test_all_listings_of_a_stone_are_in_the_part():
    stones = load_diamonds("subset")
    sides = stones.sizes[:, :2].sort(dim=1).values
    known = torch.stack([stones.carat, stones.color, stones.clarity, *sides.T], dim=1)
    counts = known.unique(dim=0, return_counts=True)[1]
    assert counts[counts > 1].sum() > 0.35 * len(stones)


def test_full_table_is_read_from_plotnine_without_importing_it(plotnine):
    (plotnine / "diamonds.csv").write_bytes(CSV)
    stones = load_diamonds()
    assert stones.source == "full"
    assert stones.price.tolist() == [326, 12210, 600]
    assert [CUTS[i] for i in stones.cut] == ["Ideal", "Premium", "Fair"]
    assert [COLORS[i] for i in stones.color] == ["E", "H", "J"]
    assert [CLARITIES[i] for i in stones.clarity] == ["SI2", "IF", "I1"]
    assert torch.equal(stones.sizes[1], torch.tensor([8.09, 58.9, 8.06]))
    assert stones.table.tolist() == [55, 57, torch.tensor(54.7).item()]


def test_line_ends_do_not_matter(plotnine):
    (plotnine / "diamonds.csv").write_bytes(CSV.replace(b"\n", b"\r\n"))
    assert len(load_diamonds("full")) == 3


def test_own_file_comes_first(plotnine, tmp_path):
    (plotnine / "diamonds.csv").write_bytes(b"other")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "diamonds.csv").write_bytes(CSV)
    assert len(load_diamonds("full")) == 3


def test_without_the_full_table_one_line_says_so(plotnine, capsys):
    stones = load_diamonds()
    assert (stones.source, len(stones)) == ("subset", 6000)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "6,000" in said
    assert "plotnine" in said
    with pytest.raises(FileNotFoundError, match="pip install plotnine"):
        load_diamonds("full")


def test_without_plotnine_at_all(monkeypatch, tmp_path):
    monkeypatch.setenv("MLP_TUTORIAL_DATA", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="got neither"):
        load_diamonds("full")


def test_module_that_somebody_put_together_is_no_package(plotnine, monkeypatch):
    monkeypatch.setitem(sys.modules, "plotnine", type(sys)("plotnine"))
    assert load_diamonds().source == "subset"


def test_different_file_is_named_and_not_used(plotnine, capsys):
    (plotnine / "diamonds.csv").write_bytes(CSV + b"1,")
    assert load_diamonds().source == "subset"
    assert "diamonds.csv is damaged or a different file: its MD5" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"diamonds.csv is damaged or a different file"):
        load_diamonds("full")


def test_file_that_cannot_be_read(plotnine, capsys):
    (plotnine / "diamonds.csv").mkdir()
    assert load_diamonds().source == "subset"
    assert "cannot be read" in capsys.readouterr().out


def test_damaged_part_is_refused(monkeypatch):
    monkeypatch.setattr(diamonds, "SUBSET", "0")
    with pytest.raises(ValueError, match=r"diamonds.xz is missing or damaged; reinstall"):
        load_diamonds("subset")


def test_wrong_source_is_named():
    with pytest.raises(ValueError, match="'auto', 'full' or 'subset', got 'part'"):
        load_diamonds("part")


def test_part_has_the_header_of_the_table():
    path = Path(diamonds.__file__).with_name("_diamonds") / "diamonds.xz"
    lines = lzma.decompress(path.read_bytes()).decode("ascii").splitlines()
    assert lines[0].replace('"', "").split(",") == diamonds.HEADER
    assert len(lines) == 6001
