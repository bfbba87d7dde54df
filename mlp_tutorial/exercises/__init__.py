"""Checks that say what is wrong with an answer.

Each exercise of a lesson has a check. Call it with what you wrote, and it returns a
[`Result`][mlp_tutorial.exercises.Result] that says whether your answer is right, and if not, why.
It never raises an error. Mistakes that many learners make have messages of their own.

What you write is a function or a class in an [`Exercise`][mlp_tutorial.exercises.Exercise], and
otherwise a variable: a [`Number`][mlp_tutorial.exercises.Number], a
[`Choice`][mlp_tutorial.exercises.Choice] or a [`Plot`][mlp_tutorial.exercises.Plot]. A function is
tried on chosen and on random inputs, and in the main thread it's stopped after 3 seconds. If the
check doesn't know your mistake, you see the first input on which your result is wrong.
"""

from mlp_tutorial._result import Result
from mlp_tutorial.exercises._01_neuron import (
    check_doubled,
    check_half_bias,
    check_ink,
    check_neuron,
    check_product_neuron,
    check_two_of_three,
)
from mlp_tutorial.exercises._02_layers import (
    check_exactly_one,
    check_hidden_layer,
    check_many_layers,
    check_network,
    check_numbers,
    check_verdicts,
)
from mlp_tutorial.exercises._03_mnist import (
    check_flatten,
    check_logits,
    check_noise,
    check_standardize,
    check_turn_down,
    check_unscramble,
)
from mlp_tutorial.exercises._04_softmax import (
    check_cross_entropy,
    check_money_left,
    check_picture,
    check_share,
    check_softmax,
    check_split,
)
from mlp_tutorial.exercises._05_activations import (
    check_collapse,
    check_count_dead,
    check_creases_in_all,
    check_sigmoid_derivative,
    check_sigmoids,
    check_table,
)
from mlp_tutorial.exercises._06_tensors import (
    check_all_pairs,
    check_blend,
    check_double,
    check_reported,
    check_snapshot,
    check_to_float32,
)
from mlp_tutorial.exercises._07_modules import (
    check_count_parameters,
    check_day_court,
    check_module,
    check_on_the_list,
    check_stack,
    check_to_linear,
)
from mlp_tutorial.exercises._08_build_a_network import (
    check_all_zero,
    check_count_by_sizes,
    check_deep_network,
    check_how_loud,
    check_initialize,
    check_tune,
)
from mlp_tutorial.exercises._09_gradients import check_logits_gradient, check_relu_backward
from mlp_tutorial.exercises._10_training import check_momentum_step, check_train_step
from mlp_tutorial.exercises._12_evaluation import check_accuracy, check_report
from mlp_tutorial.exercises._13_deep_networks import (
    check_block,
    check_factor_per_layer,
    check_merge,
    check_rms_norm,
    check_twins,
    check_way_back,
)
from mlp_tutorial.exercises._14_saving_and_devices import check_average_gradients, check_save
from mlp_tutorial.exercises._15_speed import check_batches, check_count_flops
from mlp_tutorial.exercises._16_museum import check_first_loss, check_numerical_gradient
from mlp_tutorial.exercises._card import Card
from mlp_tutorial.exercises._choice import Choice
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._number import Number
from mlp_tutorial.exercises._plot import Plot

__all__ = [
    "CATALOGUE",
    "Card",
    "Choice",
    "Exercise",
    "Mistake",
    "Number",
    "Plot",
    "Result",
    "check_accuracy",
    "check_all_pairs",
    "check_all_zero",
    "check_average_gradients",
    "check_batches",
    "check_blend",
    "check_block",
    "check_collapse",
    "check_count_by_sizes",
    "check_count_dead",
    "check_count_flops",
    "check_count_parameters",
    "check_creases_in_all",
    "check_cross_entropy",
    "check_day_court",
    "check_deep_network",
    "check_double",
    "check_doubled",
    "check_exactly_one",
    "check_factor_per_layer",
    "check_first_loss",
    "check_flatten",
    "check_half_bias",
    "check_hidden_layer",
    "check_how_loud",
    "check_initialize",
    "check_ink",
    "check_logits",
    "check_logits_gradient",
    "check_many_layers",
    "check_merge",
    "check_module",
    "check_momentum_step",
    "check_money_left",
    "check_network",
    "check_neuron",
    "check_noise",
    "check_numbers",
    "check_numerical_gradient",
    "check_on_the_list",
    "check_picture",
    "check_product_neuron",
    "check_relu_backward",
    "check_report",
    "check_reported",
    "check_rms_norm",
    "check_save",
    "check_share",
    "check_sigmoid_derivative",
    "check_sigmoids",
    "check_snapshot",
    "check_softmax",
    "check_split",
    "check_stack",
    "check_standardize",
    "check_table",
    "check_to_float32",
    "check_to_linear",
    "check_train_step",
    "check_tune",
    "check_turn_down",
    "check_twins",
    "check_two_of_three",
    "check_unscramble",
    "check_verdicts",
    "check_way_back",
]

CATALOGUE: dict[str, Card] = {
    "neuron": check_neuron,
    "product_neuron": check_product_neuron,
    "half_bias": check_half_bias,
    "two_of_three": check_two_of_three,
    "ink": check_ink,
    "doubled": check_doubled,
    "network": check_network,
    "verdicts": check_verdicts,
    "exactly_one": check_exactly_one,
    "many_layers": check_many_layers,
    "numbers": check_numbers,
    "hidden_layer": check_hidden_layer,
    "flatten": check_flatten,
    "logits": check_logits,
    "unscramble": check_unscramble,
    "turn_down": check_turn_down,
    "noise": check_noise,
    "standardize": check_standardize,
    "softmax": check_softmax,
    "money_left": check_money_left,
    "cross_entropy": check_cross_entropy,
    "picture": check_picture,
    "share": check_share,
    "split": check_split,
    "sigmoid_derivative": check_sigmoid_derivative,
    "collapse": check_collapse,
    "table": check_table,
    "count_dead": check_count_dead,
    "sigmoids": check_sigmoids,
    "creases_in_all": check_creases_in_all,
    "to_float32": check_to_float32,
    "snapshot": check_snapshot,
    "double": check_double,
    "all_pairs": check_all_pairs,
    "reported": check_reported,
    "blend": check_blend,
    "module": check_module,
    "count_parameters": check_count_parameters,
    "stack": check_stack,
    "to_linear": check_to_linear,
    "on_the_list": check_on_the_list,
    "day_court": check_day_court,
    "deep_network": check_deep_network,
    "count_by_sizes": check_count_by_sizes,
    "initialize": check_initialize,
    "tune": check_tune,
    "how_loud": check_how_loud,
    "all_zero": check_all_zero,
    "logits_gradient": check_logits_gradient,
    "relu_backward": check_relu_backward,
    "train_step": check_train_step,
    "momentum_step": check_momentum_step,
    "accuracy": check_accuracy,
    "report": check_report,
    "factor_per_layer": check_factor_per_layer,
    "rms_norm": check_rms_norm,
    "block": check_block,
    "merge": check_merge,
    "way_back": check_way_back,
    "twins": check_twins,
    "save": check_save,
    "average_gradients": check_average_gradients,
    "batches": check_batches,
    "count_flops": check_count_flops,
    "first_loss": check_first_loss,
    "numerical_gradient": check_numerical_gradient,
}
"""Every exercise in the order of the lessons, by the name of its check without `check_`."""

__test__ = {name: exercise.doc for name, exercise in CATALOGUE.items()}  # for doctest
