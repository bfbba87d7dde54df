"""What a build remembers of the last one."""

import pytest

from sitegen import memory


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Make something of each number as a build of its own would, and say what had to be made."""

    def run(by="these packages", **numbers):
        made = []
        monkeypatch.setattr(memory, "_made", {})
        monkeypatch.setattr(memory, "_used", set())
        memory.recall(tmp_path / "made.json", by)
        for name, number in numbers.items():
            square = memory.remember(
                f"the {name} square", number, lambda n=number: made.append(n) or n**2
            )
            assert square == number**2
        memory.keep(tmp_path / "made.json", by)
        return made

    return run


def test_what_did_not_change_is_not_made_again(build):
    assert build(red=2, blue=3) == [2, 3]
    assert build(red=2, blue=3) == []
    assert build(red=4, blue=3) == [4]
    assert build(red=4) == []
    assert build(red=4, blue=3) == [3], "what a build did not use is forgotten"


def test_other_packages_make_everything_again(build):
    assert build(red=2) == build(red=2, by="newer packages") == [2]


@pytest.mark.parametrize("harm", [b"", b"{}", b"\xff\xfe", b"0" * 64 + b"\n{}"])
def test_a_damaged_memory_is_not_used(build, tmp_path, harm):
    build(red=2)
    (tmp_path / "made.json").write_bytes(harm)
    assert build(red=2) == [2]


def test_one_changed_byte_is_noticed(build, tmp_path):
    build(red=2)
    path = tmp_path / "made.json"
    path.write_bytes(path.read_bytes().replace(b", 4]", b", 5]"))
    assert build(red=2) == [2]


def test_what_is_forgotten_is_made_again(monkeypatch):
    monkeypatch.setattr(memory, "_made", {})
    monkeypatch.setattr(memory, "_used", set())
    assert memory.remember("number", 0, lambda: 1) == memory.remember("number", 0, lambda: 2) == 1
    memory.forget()
    assert memory.remember("number", 0, lambda: 2) == 2


def test_what_cannot_be_made_is_not_remembered(build):
    with pytest.raises(ZeroDivisionError):
        memory.remember("quotient", 0, lambda: 1 / 0)
    assert memory.remember("quotient", 0, lambda: 1) == 1
