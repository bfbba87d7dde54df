"""What the checks say to answers that learners wrote, each of which once fooled a check."""

import linecache
import random
import re
import sys

import numpy as np
import pytest
import torch
from answers_more import CASES as MORE
from answers_shown import CASES

from mlp_tutorial.exercises import CATALOGUE, _judge, _limit


@pytest.mark.filterwarnings("ignore")  # of the learner's code
@pytest.mark.parametrize("case", [*CASES, *MORE], ids=lambda case: case["id"])
def test_an_answer_gets_the_verdict_and_the_help_that_it_needs(case, monkeypatch):
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    monkeypatch.setattr(sys, "meta_path", sys.meta_path.copy())
    if case["kind"] == "hang" or case.get("fresh"):
        monkeypatch.setattr(_judge, "SECONDS", 0.05)
        monkeypatch.setattr(_limit, "GRACE", 0.05)
    code, file = case["code"], f"<cell {case['id']}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    space = {"__name__": "__main__"}
    exec(compile(code, file, "exec"), space)
    exercise = CATALOGUE[case["exercise"]]
    result = exercise(space[exercise.name])
    assert result.outcome == case["verdict"], str(result)
    said = " ".join(f"{result.message} {result.hint} {result.mistake}".split()).lower()
    if case["verdict"] == "wrong":
        assert not any(re.search(text, said) for text in case.get("must_not_say", [])), said
        assert any(re.search(text, said) for text in case.get("must_say", [""])), said
