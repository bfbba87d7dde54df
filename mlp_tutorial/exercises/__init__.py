"""Checks that say what is wrong with an answer.

Each takes what a learner made for an exercise of a lesson, tries it on chosen and on random inputs,
and returns a [`Result`][mlp_tutorial.exercises.Result]: right, wrong and why, or not attempted. It
never raises, and in the main thread stops what takes more than 3 seconds. The catalogue of mistakes
that a check knows is in `CATALOGUE`; an answer with another mistake is shown the smallest input on
which it differs.
"""

from mlp_tutorial._result import Result
from mlp_tutorial.exercises import _networks, _tensors, _training
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import (
    check_collapse,
    check_count_parameters,
    check_cross_entropy,
    check_deep_network,
    check_flatten,
    check_initialize,
    check_logits,
    check_module,
    check_sigmoid_derivative,
    check_softmax,
)
from mlp_tutorial.exercises._tensors import (
    check_double,
    check_half_bias,
    check_network,
    check_neuron,
    check_product_neuron,
    check_to_float32,
)
from mlp_tutorial.exercises._training import (
    check_accuracy,
    check_average_gradients,
    check_batches,
    check_count_flops,
    check_first_loss,
    check_logits_gradient,
    check_momentum_step,
    check_numerical_gradient,
    check_relu_backward,
    check_report,
    check_save,
    check_train_step,
)

__all__ = [
    "CATALOGUE",
    "Exercise",
    "Mistake",
    "Result",
    "check_accuracy",
    "check_average_gradients",
    "check_batches",
    "check_collapse",
    "check_count_flops",
    "check_count_parameters",
    "check_cross_entropy",
    "check_deep_network",
    "check_double",
    "check_first_loss",
    "check_flatten",
    "check_half_bias",
    "check_initialize",
    "check_logits",
    "check_logits_gradient",
    "check_module",
    "check_momentum_step",
    "check_network",
    "check_neuron",
    "check_numerical_gradient",
    "check_product_neuron",
    "check_relu_backward",
    "check_report",
    "check_save",
    "check_sigmoid_derivative",
    "check_softmax",
    "check_to_float32",
    "check_train_step",
]

CATALOGUE: dict[str, Exercise] = {
    name.lower(): value
    for part in (_tensors, _networks, _training)
    for name, value in vars(part).items()
    if isinstance(value, Exercise)
}
"""Every exercise by the name of its check, without `check_`."""
