"""The exercises of lesson 5."""

import math

import torch
import torch.nn.functional as F
from torch import Generator, sigmoid

from mlp_tutorial.exercises._inputs import logits_and_labels, random_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import softmax
from mlp_tutorial.exercises._observe import Arguments


def _logits(rng: Generator) -> list[Arguments]:
    return [
        {"logits": torch.tensor([[1.0, 2.0]])},
        {"logits": torch.tensor([[0.0, 1.0, -1.0], [2.0, 0.5, 0.5]])},
        *(random_tensors(rng, logits=shape) for shape in ((3, 3), (10, 10), (64, 10))),
        {"logits": torch.tensor([[1000.0, 0.0, -1000.0]])},
    ]


check_softmax = Exercise(
    name="softmax",
    doc="""Check `softmax(logits)`, which turns each row into probabilities.

    Logits may be of any size. The result has their shape, (batch, classes).

    Examples:
        >>> check_softmax(lambda logits: logits.softmax(dim=0)).mistake
        'wrong axis'
    """,
    answer=softmax,
    inputs=_logits,
    mistakes=[
        Mistake(
            name="overflow",
            answer=lambda x: x.exp() / x.exp().sum(dim=1, keepdim=True),
            says=(
                "Your result is right until a logit is large. Then exp(1000) is infinite, and you "
                "get nan."
            ),
            hint="Subtract the maximum of each row first. It cancels in the fraction.",
        ),
        Mistake(
            name="wrong axis",
            answer=lambda x: x.softmax(dim=0),
            says="Your rows do not sum to 1, but your columns do: you summed over dim=0.",
            hint="The class axis is dim=1.",
        ),
        Mistake(
            name="sum over everything",
            answer=lambda x: x.exp() / x.exp().sum(),
            says="All your numbers together sum to 1, but each row should.",
            hint="Sum over dim=1 only, with `keepdim=True`.",
        ),
        Mistake(
            name="missing keepdim",
            answer=lambda x: x.exp() / x.exp().sum(dim=1),
            says=(
                "Your sums have the shape (batch,). With as many examples as classes, they "
                "broadcast along the wrong axis and nothing complains. Otherwise you get an error."
            ),
            hint="Keep the axis with `sum(dim=1, keepdim=True)`.",
        ),
        Mistake(
            name="sigmoid",
            answer=sigmoid,
            says="You took the sigmoid of each logit, so the rows don't have to sum to 1.",
            hint="Softmax compares the classes. Divide each exp by the sum of its row.",
        ),
        Mistake(
            name="softmax twice",
            answer=lambda x: softmax(softmax(x)),
            says="You applied softmax to probabilities, which makes them nearly equal.",
            hint="Apply it once, to the logits.",
        ),
        Mistake(
            name="no exp",
            answer=lambda x: x / x.sum(dim=1, keepdim=True),
            says="You divided the logits by their sum, so negative logits stay negative.",
            hint="Take exp first. It makes all of them positive.",
        ),
        Mistake(
            name="logarithm",
            answer=lambda x: x.log_softmax(dim=1),
            says="These are the logarithms of the probabilities.",
            hint="Take exp of them, or leave out the logarithm.",
        ),
    ],
)


check_cross_entropy = Exercise(
    name="cross_entropy",
    doc="""Check `cross_entropy(logits, labels)`, the mean of minus the label's log-probability.

    It takes shapes (batch, classes) and (batch,), and returns a single number.

    Examples:
        >>> import torch.nn.functional as F
        >>> check_cross_entropy(lambda x, y: F.cross_entropy(x.softmax(1), y)).mistake
        'softmax before the loss'
    """,
    answer=F.cross_entropy,
    inputs=lambda rng: [
        {"logits": torch.tensor([[1.0, 2.0]]), "labels": torch.tensor([0])},
        *(logits_and_labels(rng, n, classes) for n, classes in ((3, 4), (64, 10))),
        {"logits": torch.tensor([[1000.0, 0.0]]), "labels": torch.tensor([1])},
    ],
    mistakes=[
        Mistake(
            name="overflow",
            answer=lambda x, y: F.nll_loss(softmax(x).log(), y),
            says=(
                "Your loss is right until a probability rounds to zero, and the logarithm of zero "
                "is minus infinity."
            ),
            hint="Compute log-softmax in one step, `logits - logits.logsumexp(1, keepdim=True)`.",
        ),
        Mistake(
            name="sum",
            answer=lambda x, y: F.cross_entropy(x, y, reduction="sum"),
            says="You added up the losses of the examples.",
            hint="Take the mean, so that a step doesn't depend on the batch size.",
        ),
        Mistake(
            name="sign",
            answer=lambda x, y: -F.cross_entropy(x, y),
            says="Your loss is negative, and it rewards wrong predictions.",
            hint="The loss is minus the logarithm of the probability of the right class.",
        ),
        Mistake(
            name="softmax before the loss",
            answer=lambda x, y: F.cross_entropy(softmax(x), y),
            says="You applied softmax twice, so your loss can't get close to 0.",
            hint="`F.cross_entropy` expects logits. By hand, one softmax is enough.",
        ),
        Mistake(
            name="all classes",
            answer=lambda x, y: -F.log_softmax(x, dim=1).mean(),
            says="You averaged over all classes, so your loss doesn't depend on the labels.",
            hint=(
                "Take one number from each row, at its label, with "
                "`log_probs[torch.arange(n), labels]`."
            ),
        ),
        Mistake(
            name="base 2",
            answer=lambda x, y: F.cross_entropy(x, y) / math.log(2),
            says="Your logarithm has base 2, so the loss is in bits.",
            hint="Use `torch.log`. PyTorch reports its losses in nats.",
        ),
    ],
)
