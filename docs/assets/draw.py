"""Draw the picture of the README and the front page: `python docs/assets/draw.py`.

It is the one figure in the repository, since a README can show no other; a test draws it again
and compares.
"""

from pathlib import Path

import torch

from mlp_tutorial.plots import draw_neuron, to_svg

torch.manual_seed(7)
features, weights, bias = torch.randn(5), torch.randn(5), torch.randn(())
figure = draw_neuron(features, weights, bias)
Path(__file__).with_name("neuron.svg").write_text(to_svg(figure), encoding="utf-8")
