"""What the elements of the site compute, beside what torch computes: in Node."""

import base64
import gzip
import io
import json
import re
import subprocess
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from bs4 import BeautifulSoup
from PIL import Image

from mlp_tutorial.data import load_mnist, normalize
from mlp_tutorial.networks import MLP
from sitegen import ROOT
from sitegen.__main__ import SITE
from sitegen.pages import elements
from sitegen.pages.course import Course

COURSE = Course()
ELEMENTS = ROOT / "docs" / "elements"
EVERY_HALF = np.arange(2**16, dtype="<u2")


@pytest.fixture
def ask(tmp_path):
    """Ask Node."""

    def ask(**asked):
        path = tmp_path / "asked.json"
        path.write_text(json.dumps(asked, default=str))
        command = ["node", ROOT / "tests" / "site" / "elements.cjs", ELEMENTS, path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture
def trained():
    """What lesson 10 trained."""
    found = COURSE.tensors("10_training")
    model = MLP([784, 128, 64, 10])
    with torch.no_grad():
        for parameter, numbers in zip(model.parameters(), found["model"], strict=True):
            parameter.copy_(torch.tensor(numbers))
    return model, found["scale"][0].tolist()


def test_the_browser_reads_the_test_digits_as_torch_does(ask, trained, tmp_path):
    model, (mean, std) = trained
    test = load_mnist("test", "full")
    images = (255 * test.images).round().to(torch.uint8)
    (tmp_path / "images").write_bytes(images.numpy().tobytes())
    packed = SITE / "assets/tensors/10_training-model.i8"
    assert packed.stat().st_size <= 110_000  # a byte a weight
    asked = {"packed": packed, "images": tmp_path / "images", "sizes": [784, 128, 64, 10]}
    picked = [800, 950, 983]  # a unit of each hidden layer, and the 7
    answer = ask(mean=mean, std=std, picked=picked, **asked)
    x = normalize(test.images, mean, std).flatten(1)
    with torch.no_grad():
        logits = model(x)
    same = torch.tensor(answer["predictions"]) == logits.argmax(1)
    assert same.sum() >= 9_990  # 9,995 when this was written
    first = torch.tensor(answer["probabilities"])
    assert torch.allclose(first, logits[0].softmax(0), atol=5e-3)
    assert (logits.argmax(1) == test.labels).float().mean() > 0.9
    check_trace(answer, test.images[0].flatten(), x[0])
    for unit, trace in zip(picked, answer["picked"], strict=True):
        check_picked(unit, trace, answer["network"], x[0])
    found = [numbers for layer in answer["network"] for numbers in layer]
    for numbers, parameter in zip(found, model.parameters(), strict=True):
        row = parameter.abs().amax(-1, keepdim=True)  # of a matrix, a unit's weights
        wrong = (torch.tensor(numbers).reshape(parameter.shape) - parameter).abs()
        assert (wrong <= row / 127).all()


def check_trace(answer, pixels, x):
    """Compare what the browser draws with torch's: activations, and weights times activations."""
    layers = [(torch.tensor(W).reshape(len(b), -1), torch.tensor(b)) for W, b in answer["network"]]
    first = [0, 784, 912, 976]
    units, lines = [], {}
    heard = pixels  # ink adds its weight, a blank sheet nothing
    for n, (W, b) in enumerate(layers):
        z = W @ (x if n == 0 else heard) + b
        active = z.relu() if n < 2 else z
        sent = W * heard * ((active > 0) | (n == 2))[:, None]
        top = sent.abs().flatten().topk([48, 40, 20][n]).indices.tolist()
        for at in top:
            to, start = divmod(at, len(heard))
            share = (sent[to, start] / sent.abs().max()).item()
            lines[f"{first[n] + start},{first[n + 1] + to}"] = 9 * share
        if n < 2:
            units += (9 * active / active.max()).tolist()
        heard = active
    assert np.allclose(answer["trace"]["units"], units, atol=0.51)
    assert answer["trace"]["lines"].keys() == lines.keys()
    assert all(abs(answer["trace"]["lines"][line] - lines[line]) < 0.51 for line in lines)
    assert np.allclose(answer["trace"]["shares"], heard.softmax(0), atol=1e-3)


def check_picked(unit, trace, network, x):
    """Compare the pixels that a unit likes with torch's gradient of its sum."""
    assert all(str(unit) in line.split(",") for line in trace["lines"])
    ink, sums = x.clone().requires_grad_(), []
    for W, b in network:
        heard = sums[-1].relu() if sums else ink
        sums.append(torch.tensor(W).reshape(len(b), -1) @ heard + torch.tensor(b))
    (slopes,) = torch.autograd.grad(torch.cat(sums)[unit - 784], ink)
    assert np.allclose(trace["likes"], 9 * slopes / slopes.abs().max(), atol=0.51)


def test_a_stroke_is_as_wide_as_the_pen(ask):
    line = [[20, 50], [80, 50]]
    drawn = ask(strokes=[line])["drawn"]
    ink = np.array(drawn["ink"]).reshape(2 * [drawn["width"]])
    one = drawn["width"] / 100  # pixels in a hundredth of the drawing
    pen = drawn["pen"] * one
    assert np.isclose(ink.sum(), 60 * one * pen + np.pi * pen**2 / 4, rtol=0.02)
    assert np.isclose(ink[:, drawn["width"] // 2].sum(), pen, rtol=0.02)
    blank, quarter, half, whole = drawn["parts"]
    assert blank == []
    assert quarter == [[[20, 50], [35, 50]]]
    assert half == [[[20, 50], [50, 50]]]
    assert whole == [line]


def test_the_site_has_the_network_that_reads_digits():
    page = (SITE / "tutorials/10_training.html").read_text()
    assert 'data-network="10_training-model" data-sizes="784 128 64 10"' in page
    assert "data-demo" not in page  # there it waits for the reader
    script = (SITE / "assets/tensors/10_training-model.js").read_text()
    assert script.startswith('mlp.tensors = "')
    executed = (SITE / "downloads/10_training-executed.ipynb").read_text()
    assert "float32" not in executed


def test_every_half_is_read_as_numpy_reads_it():
    code = (
        f"require({json.dumps(str(ELEMENTS / 'shared.js'))});"
        "const all = Uint16Array.from({ length: 65536 }, (_, i) => i).buffer;"
        "process.stdout.write(Buffer.from(mlp.readHalves(all).buffer));"
    )
    done = subprocess.run(["node", "-e", code], capture_output=True, check=True)
    found = np.frombuffer(done.stdout, dtype="<f4")
    assert np.array_equal(found, EVERY_HALF.view("<f2").astype("<f4"), equal_nan=True)


def test_a_drawing_is_placed_as_mnist_places_its_digits(ask):
    ink = np.zeros((280, 280))
    ink[10:110, 30:70] = 1  # a bar of 100 by 40, off the center
    placed = ask(digit={"ink": ink.flatten().tolist(), "width": 280, "centered": True})["placed"]
    placed = np.array(placed).reshape(28, 28)
    expected = np.zeros((28, 28))
    expected[4:24, 10:18] = 1  # 20 by 8, in the middle
    assert np.allclose(placed, expected, atol=1e-5)


def test_each_pixel_is_the_mean_of_what_it_covers_and_no_ink_is_lost(ask):
    rng = np.random.default_rng(7)
    ink = np.zeros((56, 56))
    ink[8:48, 16:40] = rng.random((40, 24))
    placed = ask(digit={"ink": ink.flatten().tolist(), "width": 56, "centered": True})["placed"]
    assert np.isclose(sum(placed), ink.sum() / 4, rtol=1e-4)  # half as large each way
    y, x = np.indices((28, 28)) + 0.5
    assert np.allclose(
        [(placed * x.flatten()).sum(), (placed * y.flatten()).sum()] / sum(np.array(placed)),
        14,
        atol=0.02,
    )
    as_it_is = ask(digit={"ink": ink.flatten().tolist(), "width": 56, "centered": False})["placed"]
    blocks = ink.reshape(28, 2, 28, 2).mean((1, 3))
    assert np.allclose(as_it_is, blocks.flatten(), atol=1e-5)
    assert not any(ask(digit={"ink": [0] * 16, "width": 4, "centered": True})["placed"])


def test_the_neuron_judges_as_torch_does_and_its_line_is_where_its_total_is_zero(ask):
    found = COURSE.tensors("01_neuron")
    (X,), (labels,), (weights,), (bias,) = (
        map(torch.tensor, found[name]) for name in ("X", "labels", "weights", "bias")
    )
    view = {"left": -0.05, "top": 20.9, "right": 0.0035, "down": 0.083}
    reach = [30, 2, 15]
    lesson = [*weights.flatten().tolist(), bias.item()]
    numbers = [lesson, [1, -1, 0], [-3.5, 0.2, 1], [0, 1, -10], [4, 0, -2], [60, -5, 40]]
    asked = {"points": X.tolist(), "view": view, "reach": reach, "numbers": numbers}
    answers = ask(neurons=asked)["neurons"]
    right = (torch.tensor(answers[0]["sums"]) > 0) == (labels == 1)
    assert [right[labels == label].sum() for label in (0, 1)] == [485, 486]
    for neuron, answer in zip(numbers, answers, strict=True):
        totals = X @ torch.tensor(neuron[:2], dtype=torch.float) + neuron[2]
        assert np.allclose(answer["sums"], totals, atol=1e-4)
        assert np.allclose(answer["shown"], totals, atol=1e-4)  # the picture agrees
        scale = min(
            1, *(most / abs(value) for value, most in zip(neuron, reach, strict=True) if value)
        )
        assert np.allclose(answer["back"], np.multiply(neuron, scale))


def test_the_pictures_are_those_of_the_points_on_the_map():
    sheet = np.asarray(Image.open(SITE / "assets/zeros-and-ones.png").convert("RGBA"))[..., 3]
    digits = sheet.reshape(25, 28, 40, 28).swapaxes(1, 2).reshape(-1, 28, 28) / 255
    middle = digits[:, 12:16, 12:16].mean((1, 2))
    width = digits.max(1).sum(1)
    ((X),) = COURSE.tensors("01_neuron")["X"]
    assert np.allclose(np.stack([middle, width]).T, X, atol=[0.1, 1.0])  # in six grays


def test_a_ghost_is_as_far_from_the_digit_as_the_pictures_say():
    def cut_out(svg):
        name = svg.use["xlink:href"].removeprefix("#figure-").removesuffix("-image")
        drawn = COURSE.figure(name)[0]
        image = re.search(rf'<image id="figure-{name}-image"[^>]*>', drawn)[0]
        scale, left, top = map(float, re.search(r"\((\S+) 0 0 \S+ (\S+) (\S+)\)", image).groups())
        file = io.BytesIO(base64.b64decode(re.search(r'base64,([^"]*)', image)[1]))
        x, y, wide, _ = map(float, svg["viewbox"].split())
        x, y, wide = ((x - left) / scale, (y - top) / scale, wide / scale)
        assert np.allclose([x, y, wide], [round(x), round(y), 28], atol=0.1)
        ink = 1 - np.asarray(Image.open(file).convert("L")) / 255
        return ink[round(y) :, round(x) :][:28, :28]

    page = BeautifulSoup(elements.ghosts(COURSE)[0], "html.parser")
    digits = page.select(".ghosts > svg")
    options = page.select(".ghosts > label")
    assert [option.input["aria-label"] for option in options] == list("0123456789")
    for option, large in zip(options, page.select(".ghosts > div"), strict=True):
        alone, both = large.find_all("svg", recursive=False)
        assert both.find_all("svg") == [alone, *digits]
        assert option.svg == alone
        said = [float(em.get_text()[9:]) for em in large.select("em")]
        assert said == [float(bar.get_text()) for bar in option.select("b")]
        # The figure draws the darkest pixel of all ghosts as black.
        far = [np.linalg.norm(cut_out(digit) - cut_out(alone)) for digit in digits]
        assert said == pytest.approx(far, abs=0.3)
    best = [bar.find_parent("label").input["aria-label"] for bar in page.select(".best")]
    assert best == ["1", "5"]  # the second digit is a 5, too


@pytest.mark.parametrize("subtract", [True, False])
def test_softmax_computes_what_torch_computes_overflow_included(ask, subtract):
    rng = torch.Generator().manual_seed(7)
    cases = [([2.0, 0.0, -1.0], 1.0), ([2.0, 0.0, -1.0], 0.02), ([5.0, -5.0, 5.0], 0.01)]
    cases += [(torch.randn(3, generator=rng).tolist(), t) for t in (0.05, 0.5, 5.0, 50.0)]
    asked = [{"logits": x, "temperature": t, "subtract": subtract} for x, t in cases]
    found = ask(softmaxes=asked)["softmaxes"]
    for (x, temperature), (powers, shares) in zip(cases, found, strict=True):
        z = torch.tensor(x) / torch.tensor(temperature)
        exp = (z - z.max() if subtract else z).exp()
        probabilities = z.softmax(0) if subtract else exp / exp.sum()
        for mine, theirs in ((powers, exp), (shares, probabilities)):
            numbers = torch.tensor([float(n.replace("Infinity", "inf")) for n in mine])
            assert torch.allclose(numbers, theirs, rtol=1e-5, atol=1e-5, equal_nan=True)
    overflowed = found[1][1]
    assert ("NaN" in overflowed) == (not subtract)


def test_activations_and_slopes_and_chains_are_those_of_torch(ask):
    functions = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}
    functions |= {"SiLU": torch.nn.functional.silu}
    cases = [
        (name, x, n) for name in functions for x in (-6.0, -2.5, 0.5, 3.0, 5.9) for n in (1, 20)
    ]
    found = ask(activations=[{"name": name, "x": x, "n": n} for name, x, n in cases])
    for (name, x, n), (value, slope, end, left) in zip(cases, found["activations"], strict=True):
        start = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        y = functions[name](start)
        (expected,) = torch.autograd.grad(y, start)
        assert (value, slope) == pytest.approx((y.item(), expected.item()), abs=1e-7)
        y = start
        for _ in range(n):
            y = functions[name](y)
        (expected,) = torch.autograd.grad(y, start)
        assert end == pytest.approx(y.item(), rel=1e-9, abs=1e-12)
        assert left == pytest.approx(expected.item(), rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("norm", ["", "LayerNorm", "BatchNorm"])
@pytest.mark.parametrize("residual", [False, True])
def test_signals_and_gradients_of_deep_networks_are_those_of_torch(ask, norm, residual):
    functions = {"ReLU": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
    cases = [(name, scale) for name in functions for scale in (0.03, 0.5, 2.0)]
    g = torch.Generator().manual_seed(7)
    x, *weights, gradient = (
        torch.randn(rows, 5, generator=g, dtype=torch.float64) for rows in (8, 5, 5, 5, 5, 8)
    )
    normalize = {
        "": lambda h: h,
        "LayerNorm": lambda h: torch.nn.functional.layer_norm(h, [5]),
        "BatchNorm": lambda h: torch.nn.functional.batch_norm(h, None, None, training=True),
    }
    numbers = {"x": x.flatten().tolist(), "gradient": gradient.flatten().tolist()}
    numbers |= {"weights": [W.flatten().tolist() for W in weights]}
    numbers |= {"norm": norm, "residual": residual}
    asked = [numbers | {"activation": name, "scale": scale} for name, scale in cases]
    for (name, scale), found in zip(cases, ask(chains=asked)["chains"], strict=True):
        h = x.clone().requires_grad_()
        outputs = [h]
        for W in weights:
            a = functions[name](normalize[norm](h))
            said = torch.nn.functional.linear(a, scale * W)
            h = h + said if residual else said
            outputs.append(h)
        gradients = torch.autograd.grad(h, outputs, gradient)
        for mine, theirs in ((found["signals"], outputs), (found["gradients"], gradients)):
            assert np.allclose(mine, torch.stack(theirs).detach().flatten(1), rtol=1e-9)
        last = outputs[-1].detach()
        assert found["loudness"] == pytest.approx(last.square().mean().sqrt().item())
        spread = last.var(0, correction=0).mean().sqrt() / last.square().mean().sqrt()
        assert found["difference"] == pytest.approx(spread.item(), abs=1e-12)
        assert found["counts"] == torch.histc(last.clamp(-3, 3), 39, -3, 3).tolist()


def test_the_weights_of_the_deep_network_are_normal(ask):
    drawn = torch.tensor(ask(chains=[])["normals"])
    for power, moment in ((1, 0), (2, 1), (3, 0), (4, 3)):
        assert (drawn**power).mean().item() == pytest.approx(moment, abs=0.1)
    assert drawn.unique().numel() > 49_900


def test_a_product_is_that_of_torch_and_its_terms_are_a_row_and_a_column(ask):
    g = torch.Generator().manual_seed(7)
    a, b = torch.randn(4, 3, generator=g), torch.randn(3, 2, generator=g)
    found = torch.tensor(ask(products={"a": a.tolist(), "b": b.tolist()})["products"])
    assert found.shape == (4, 2, 3, 2)  # entry (i, j): pairs of a factor from a and one from b
    assert torch.allclose(found.prod(-1).sum(-1), a @ b)
    assert torch.equal(found[2, 1, :, 0], a[2])
    assert torch.equal(found[2, 1, :, 1], b[:, 1])


NEURON = ["u1", "u2", "v1", "v2", "bias"]


def test_the_graph_is_that_of_the_lesson(ask):
    lesson = COURSE.tensors("09_gradients")["graph"][0]
    numbers = dict(zip(NEURON, lesson[:5, 0].tolist(), strict=True))
    (found,) = ask(graphs=[{"graph": "neuron", "numbers": numbers}])["graphs"]
    mine = [(value["number"], value["grad"]) for value in found]
    assert np.allclose(mine, lesson, atol=1e-6)


def test_numbers_volumes_and_complaints_of_a_neuron_are_those_of_torch(ask):
    rng = torch.Generator().manual_seed(7)
    cases = torch.randn(6, 5, generator=rng, dtype=torch.float64)
    asked = [
        {"graph": "neuron", "numbers": dict(zip(NEURON, case.tolist(), strict=True))}
        for case in cases
    ]
    for case, found in zip(cases, ask(graphs=asked)["graphs"], strict=True):
        made = dict(zip(NEURON, case.clone().requires_grad_(), strict=True))
        made["p1"] = made["v1"] * made["u1"]
        made["p2"] = made["v2"] * made["u2"]
        made["s"] = made["p1"] + made["p2"]
        made["z"] = made["s"] + made["bias"]
        made["a"] = torch.sigmoid(made["z"])
        made["L"] = -torch.log(made["a"])
        gradients = torch.autograd.grad(made["L"], list(made.values()), retain_graph=True)
        assert [value["name"] for value in found] == list(made)
        for value, gradient in zip(found, gradients, strict=True):
            assert value["number"] == pytest.approx(made[value["name"]].item())
            assert value["grad"] == pytest.approx(gradient.item())
            if value["heard"]:
                others = [made[name] for name in value["heard"]]
                volumes = torch.autograd.grad(made[value["name"]], others, retain_graph=True)
                assert value["volumes"] == pytest.approx([volume.item() for volume in volumes])


def test_complaints_add_up_where_paths_meet(ask):
    asked = {"graph": "row of three", "numbers": {"x": 2}}
    (found,) = ask(graphs=[asked])["graphs"]
    found = {value["name"]: value for value in found}
    assert found["loss"]["number"] == 18
    assert found["x"]["complaints"] == [9, 6]
    assert [found[name]["grad"] for name in ("x", "a", "b")] == [15, 3, 6]


OPTIMIZERS = {
    "plain": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "Adam": torch.optim.Adam,
}


@pytest.mark.parametrize("rule", OPTIMIZERS)
@pytest.mark.parametrize("lr", [0.01, 0.15, 0.21])
def test_the_way_down_is_that_of_torch(ask, lr, rule):
    curvature, start = torch.tensor([1.0, 10.0]), torch.tensor([-3.5, 1.0])
    w = start.double().requires_grad_()
    optimizer = OPTIMIZERS[rule]([w], lr=lr)
    expected = [w.tolist()]
    for _ in range(30):
        optimizer.zero_grad()
        (curvature * w**2 / 2).sum().backward()
        optimizer.step()
        expected.append(w.tolist())
    asked = {"curvature": curvature.tolist(), "start": start.tolist(), "lr": lr}
    (found,) = ask(descents=[{**asked, "rule": rule, "steps": 30}])["descents"]
    assert np.allclose(found, expected)


def test_what_digits_add_up_to_on_a_unit_is_that_of_torch(ask):
    lesson = COURSE.tensors("10_training")
    weights = torch.tensor(lesson["over_time"][0])
    digits = torch.tensor(lesson["shown"][0]).flatten(1)
    mean, std = lesson["scale"][0].tolist()
    unit = weights[-1, 3]
    asked = {"unit": unit.tolist(), "pictures": digits.tolist()}
    found = ask(exciting=asked, mean=mean, std=std)
    sums = normalize(digits, mean, std) @ unit
    assert found["exciting"] == sums.argsort(descending=True).tolist()
    blank, plus, minus, total = torch.tensor(found["parts"]).T
    assert torch.allclose(total, sums, atol=1e-4)
    assert torch.allclose(blank + plus - minus, total, atol=1e-4)
    assert torch.allclose(blank, -mean / std * unit.sum(), atol=1e-4)
    assert torch.allclose(plus, digits @ unit.clamp(min=0) / std, atol=1e-4)
    assert weights.shape == (5, 32, 784)
    assert torch.equal(digits, load_mnist("test", "full").images[:100].flatten(1))


SETTINGS = {"widths": [8, 8], "lr": 0.1, "momentum": 0.9, "batch": 50, "scale": 1, "seed": 0}
TRAININGS = [
    *({"points": points, "activation": "tanh", "steps": 0} for points in ("circle", "xor")),
    {"points": "spiral", "activation": "tanh", "steps": 100},
    {"points": "three classes", "activation": "ReLU", "steps": 60, "widths": [6]},
    {
        "points": "circle",
        "activation": "sigmoid",
        "steps": 60,
        "widths": [8, 1, 5],
        "scale": 3,
        "batch": 10,
    },
    {"points": "xor", "activation": "none", "steps": 60, "momentum": 0, "seed": 4, "batch": 1},
    {"points": "xor", "activation": "ReLU", "steps": 20, "scale": 0, "batch": 200, "lr": 0.03},
]


def test_the_playground_learns_what_its_script_learns_in_pytorch(ask, capsys):
    found = ask(trainings=[SETTINGS | training for training in TRAININGS])["trainings"]
    for training in found:
        made = {}
        exec(training["script"], made)  # it is what we test
        assert np.allclose(training["x"], made["x"], atol=1e-6)
        assert training["y"] == made["y"].tolist()
        loss = torch.nn.functional.cross_entropy(made["logits"], made["y"]).item()
        assert training["loss"] == pytest.approx(loss, rel=2e-3, abs=1e-5)
        assert training["right"] == pytest.approx(made["right"].item(), abs=0.011)
        assert f"loss {loss:.4f}" in capsys.readouterr().out


def test_the_lesson_trains_as_the_playground_begins(ask):
    training = SETTINGS | {"points": "spiral", "activation": "tanh", "steps": 1}
    (script,) = [found["script"] for found in ask(trainings=[training])["trainings"]]
    lesson = (ROOT / "tutorials" / "10_training.py").read_text()
    assert script[script.index("torch.manual_seed") : script.index("model = ")] in lesson


def test_the_scripts_are_small():
    scripts = sorted((SITE / "elements").glob("*.js"))
    assert len(scripts) == len(list(ELEMENTS.glob("*.js")))
    assert len(gzip.compress(b"".join(map(Path.read_bytes, scripts)))) <= 30 * 1024
