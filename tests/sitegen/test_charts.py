"""Charts and sentences say what the benchmarks measured."""

import json
import re
from statistics import mean

import pytest

from mlp_tutorial.exercises import CATALOGUE
from mlp_tutorial.lessons import Prediction
from sitegen import ROOT
from sitegen.pages.charts import CHARTS, depth, read_record
from sitegen.pages.course import Course
from sitegen.pages.marks import resolve
from sitegen.pages.predictions import ASKED

OPENING = (
    "# %% [markdown]\n# # One\n#\n# You'll be able to\n#\n# - add.\n#\n# Reading takes an hour.\n\n"
)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_in_the_colors_of_the_site_and_says_its_numbers(name):
    shown, plain = (resolve(f"<!-- chart {name} -->", Course(), plain=p) for p in (False, True))
    assert f'<figure class="plot" id="chart-{name}"' in shown
    assert not re.search("#[0-9a-f]{6}", shown)  # no color of its own
    assert plain.startswith("(Figure: ")
    assert sum(character.isdigit() for character in plain) > 10


def test_a_chart_answers_who_points_at_it():
    shown = {name: resolve(f"<!-- chart {name} -->", Course()) for name in CHARTS}
    said = {name: re.findall(r'data-says="([^"]*)"', page) for name, page in shown.items()}
    # The name of a row, its dots, its whiskers and all of its height
    assert said["recipe"].count("warming up: 0.45 ± 0.06 points lost") == 6
    assert {len(set(said[name])) for name in ("accuracy", "speed")} == {4}
    assert said["depth"].count("residual, 50 layers: 91% right") == 1


def test_the_first_and_the_last_of_a_chart_are_those_of_the_record():
    (fast, _), (_, long) = (
        read_record(ROOT, "training")["rows"][part] for part in ("small", "large")
    )
    plain = resolve("<!-- chart accuracy -->", Course(), plain=True)
    for row in (fast, long):
        wrong = round(100 * (100 - float(row["found"].split("%")[0])))
        assert f"{row['claim'].split(':')[0]} gets {wrong} wrong after" in plain


def test_rates_that_were_tried_from_other_seeds_count_more():
    def row(layers, **tries):
        return {"claim": f"residual, {layers} layers", "tries": tries}

    kinds = [row(2, a=50.0, b=60.0), row(9, a=40.0)]
    others = [
        {"claim": f"{kind}, 2 layers", "tries": {"a": 1.0}} for kind in ("BatchNorm", "He", "Plain")
    ]
    chart = depth({"rows": {"kinds": kinds + others, "again": [row(2, a=55.0)]}})
    (line, *_) = chart.figure.axes[0].lines
    assert line.get_xydata().tolist() == [[2, 55], [9, 40]]
    assert "residual: 40% at 9 layers" in chart.alt


def test_a_chart_has_its_numbers_in_a_fold_if_its_mark_asks():
    shown, plain = (
        resolve("<!-- chart recipe numbers -->", Course(), plain=p) for p in (False, True)
    )
    assert '</figure><details class="numbers">' in shown
    lost = {"momentum": "0.63 ± 0.33", "large batches": "0.08 ± 0.05 gained"}
    for part, points in lost.items():
        assert f"<td>{part}</td><td>{points}</td>" in shown
        assert plain.count(points) == 1
    assert "<table>" not in resolve("<!-- chart recipe -->", Course())


def test_the_guesses_of_the_page_come_out_as_measured():
    page = (ROOT / "docs/benchmarks.md").read_text("utf-8")
    asked = {name: Prediction.parse(text) for name, text, _ in ASKED.findall(page)}
    right = {n: next(o.text for o in each.options if o.right) for n, each in asked.items()}
    proves = " ".join(resolve("<!-- margins bound -->", Course()).split())
    runs, rarer = re.search(r"After (\d+) runs .* one run in (\d+) ", proves).groups()
    assert f"{runs} such runs without a failure" in asked["measured-luck"].question
    assert right.pop("measured-luck") == f"About one run in {rarer}"
    fast = [row["found"] for row in read_record(ROOT, "training")["rows"]["throughput"]]
    assert [round(float(found.split()[0])) for found in fast] == [6, 8]
    assert right.pop("measured-loop") == "Six to eight times"
    times = {
        int(row["claim"].split()[-1].replace(",", "")): row["found"]
        for row in read_record(ROOT, "accelerator")["rows"]["small"]
    }
    assert times.pop(64) == "too close to call"
    one, most = times.pop(1), times.pop(16_384)
    assert float(one.split()[0]) < 1
    assert 90 < float(most.split()[0]) < 110
    assert float(times.pop(1024).split()[0]) < 10
    assert right == {"measured-gpu": "It isn't any faster"}


def test_the_lost_bets_of_the_page_are_those_on_record():
    page = " ".join((ROOT / "docs/benchmarks.md").read_text("utf-8").split())
    said, *_ = page.split("## Was it luck?")
    lost = {row["claim"]: row["found"] for row in read_record(ROOT, "recipe")["rows"]["recipe"]}
    points = {
        name: found.split(", ")[-1].removesuffix(" less than the recipe")
        for name, found in lost.items()
    }
    assert f"loses {points['without warming up']} points" in said
    assert points["without the schedule"] == "0.44 ± 0.06"  # about as many
    record = read_record(ROOT, "record")
    wrong = {
        name: [round(100 * (100 - right)) for right in record[name]["right"]]
        for name in ("record", "alone")
    }
    assert f"about {round(mean(wrong['alone']))} of 10,000 digits wrong" in said
    assert f"they misread {min(wrong['record'])} to {max(wrong['record'])}" in said
    assert record["record"]["asked"] == 99.65  # 35 wrong
    assert min(wrong["record"]) > 35
    (trees,) = read_record(ROOT, "diamonds")["rows"]["trees"]
    assert f"by {-trees['gap']:.0f} ± {trees['gap_error']:.0f} dollars" in said


def test_lessons_say_what_their_benchmarks_measured():
    said = " ".join((ROOT / "tutorials/16_speed.py").read_text("utf-8").replace("#", "").split())
    rows = read_record(ROOT, "accelerator")["rows"]
    small, large = ([row["found"] for row in rows[part]] for part in ("small", "large"))
    gains = [float(found.split()[0]) for found in (*small[:1], *small[2:], *large)]
    assert "With a single digit, the phone call costs more" in said
    assert gains[0] < 1
    assert "With 64 digits it's a draw" in said
    assert small[1] == "too close to call"
    assert "more than four times as fast, and with the largest pot it's about a hundred" in said
    assert 4 < gains[1] < 5
    assert 90 < gains[2] < 110
    assert "much better off across town with only 64 digits" in said
    assert gains[3] > 10
    assert "about a millisecond every time" in said
    for row in (*rows["small"], *rows["large"]):
        assert (
            600 < float(re.search(r"([\d,]+) µs on the GPU", row["how"])[1].replace(",", "")) < 1500
        )
    similar = {
        row["claim"].split("alone: ")[-1]: row["found"]
        for row in read_record(ROOT, "diamonds")["rows"]["similar"]
    }
    took, left = similar["the mean of all"], similar["no such column"].split()[0]
    expected = f"ours were {took} off with such a column, and {left} without it"
    assert expected in CATALOGUE["others_mean"].reason


def test_nothing_was_free_and_shifts_came_first():
    found = {row["claim"]: row["found"] for row in read_record(ROOT, "recipe")["rows"]["recipe"]}
    for name in [name for name in found if name.startswith("without")]:
        points, half = re.search(r"([\d.]+) ± ([\d.]+) less", found[name]).groups()
        assert float(points) > float(half)
    scores = {
        row["claim"]: float(row["how"].split("%")[0])
        for part in read_record(ROOT, "remedies")["rows"].values()
        for row in part
    }
    assert sorted(scores, key=scores.get)[-2:] == ["more digits", "shifts"]


def test_a_table_of_depths_has_what_was_measured_again():
    made = resolve("<!-- depths -->", Course())
    rows = read_record(ROOT, "depth")["rows"]
    again = {row["claim"]: row["found"].split()[0] for row in rows["again"]}
    reached = [again[f"LayerNorm, {n} layers, again"] for n in (2, 5, 10, 20, 50)]
    assert f"| LayerNorm | {' | '.join(reached)} |" in made
    longer = {row["claim"]: row["found"].split()[0] for row in rows["others"]}
    reached = [longer[f"He, {n} layers, 2,000 steps"] for n in (20, 50)]
    assert f"| He start, 2,000 steps |  |  |  | {' | '.join(reached)} |" in made


def test_a_table_may_have_some_parts_of_a_benchmark():
    made = resolve("<!-- benchmark training small -->", Course())
    assert "| what | what we bet | what came out | how |" in made
    assert made.count("784-128-64-10") == 2
    assert "textbook loop" not in made


def test_a_wrong_name_says_which_there_are():
    with pytest.raises(ValueError, match=r"one of accuracy, .*, got accuraci"):
        resolve("<!-- chart accuraci -->", Course())


def test_only_claims_that_a_lesson_still_makes_are_counted(tmp_path):
    def tried(claim, failed=0, kernels="native", source="01_one"):
        return {"source": source, "claim": claim, "kernels": kernels, "n": 20, "failed": failed}

    for folder in ("tutorials", "benchmarks"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tutorials/01_one.py").write_text(
        f"{OPENING}# %%\nassert loss<0.5\nassert  1 < 2\n"
    )
    found = [tried("loss < 0.5", 1), tried("loss < 0.5", 3, "ATen default"), tried("loss < 0.4", 7)]
    found.append(tried("loss < 0.5"))  # on another processor
    other = tried("x > 0", source="test_training")
    (tmp_path / "benchmarks/margins.json").write_text(json.dumps([*found, other]))
    made = resolve("<!-- margins -->", Course(tmp_path))
    said = " ".join(made.split())
    assert "We took 1 assertions from the code of 1 lessons" in said
    assert "In all of these runs, an assertion failed once." in said
    proves = " ".join(resolve("<!-- margins bound -->", Course(tmp_path)).split())
    assert "After 19 runs without a failure" in proves
    assert "fewer than one run in 6 would fail" in proves
    listed = resolve("<!-- margins listed -->", Course(tmp_path))
    assert "| [One](tutorials/01_one.ipynb) | 1 | 19 | 1 |" in listed


def test_the_comparison_with_other_tools_is_the_one_on_record():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    builds, fresh = read_record(ROOT, "execution")["rows"].values()
    for row in builds:
        ours = re.match(r"sitegen ([\d.]+ s)", row["how"])[1]
        cells = [ours, *re.findall(r"[\d.]+", row["found"])]
        assert f"| {' | '.join(cells)} |" in text, row["claim"]
    pages = read_record(ROOT, "pages")["rows"].values()
    for row in [*fresh, *(row for part in pages for row in part)]:
        assert row["found"] in text, row["claim"]
