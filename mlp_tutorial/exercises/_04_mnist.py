"""The exercises of lesson 4."""

from torch import relu, sigmoid

from mlp_tutorial.exercises._inputs import random_tensors, two_layer_tensors
from mlp_tutorial.exercises._judge import Exercise, Mistake
from mlp_tutorial.exercises._networks import identity, softmax, two_layers

check_flatten = Exercise(
    name="flatten",
    doc="""Check `flatten(images)`, which turns each image into a row of pixels.

    It takes shape (batch, 1, height, width) and returns (batch, height * width).

    Examples:
        >>> import torch
        >>> check_flatten(torch.flatten).mistake
        'one long row'
    """,
    answer=lambda images: images.flatten(1),
    inputs=lambda rng: [
        random_tensors(rng, images=shape)
        for shape in ((1, 1, 2, 3), (3, 1, 28, 28), (64, 1, 28, 28))
    ],
    mistakes=[
        Mistake(
            name="one long row",
            answer=lambda images: images.flatten(),
            says="You flattened the batch too, so all images became one long row.",
            hint="`flatten(1)` keeps the first axis, which counts the images.",
        ),
        Mistake(
            name="fixed batch",
            answer=lambda images: images.view(64, 784),
            says="You fixed the batch size at 64, but the last batch of an epoch has fewer images.",
            hint="Take the number of images from the argument, or use `flatten(1)`.",
        ),
        Mistake(
            name="columns first",
            answer=lambda images: images.mT.flatten(1),
            says="You read each image column by column.",
            hint="Leave out the transpose. A network that learned from rows would see noise.",
        ),
        Mistake(
            name="images mixed",
            answer=lambda images: images.reshape(-1, len(images)).mT,
            says="The shape is right, but each row mixes the pixels of several images.",
            hint="`reshape` reads row by row, so keep the images first and don't transpose.",
        ),
    ],
)


check_logits = Exercise(
    name="logits",
    doc="""Check `logits(x, W1, b1, W2, b2)`, a sigmoid layer and a layer without activation.

    `x` has shape (batch, n), `W1` (n, hidden), `b1` (hidden,), `W2` (hidden, classes), `b2`
    (classes,), and the result (batch, classes).

    Examples:
        >>> check_logits(lambda x, W1, b1, W2, b2: (x @ W1 + b1) @ W2 + b2).mistake
        'no hidden activation'
    """,
    answer=two_layers(sigmoid, identity),
    inputs=lambda rng: [
        two_layer_tensors(rng, *sizes) for sizes in ((1, 2, 3, 2), (4, 4, 4, 4), (64, 784, 256, 10))
    ],
    mistakes=[
        Mistake(
            name="sigmoid on the logits",
            answer=two_layers(sigmoid, sigmoid),
            says=(
                "You passed the output through the sigmoid. Every logit is then between 0 and 1, "
                "and softmax can't give any of ten classes more than 0.232."
            ),
            hint="Return the weighted sums themselves. Logits may be any number.",
        ),
        Mistake(
            name="softmax on the logits",
            answer=two_layers(sigmoid, softmax),
            says="You return probabilities.",
            hint="Return logits. The loss applies softmax itself.",
        ),
        Mistake(
            name="ReLU on the logits",
            answer=two_layers(sigmoid, relu),
            says="You replaced negative logits by zero.",
            hint="The last layer has no activation.",
        ),
        Mistake(
            name="no hidden activation",
            answer=two_layers(identity, identity),
            says=(
                "There's no activation between your layers, so together they do no more than one "
                "layer could."
            ),
            hint="Pass `x @ W1 + b1` through the sigmoid.",
        ),
        Mistake(
            name="biases forgotten",
            answer=lambda x, W1, b1, W2, b2: sigmoid(x @ W1) @ W2,
            says="Neither of your layers adds its bias.",
            hint="Each layer is `x @ W + b`.",
        ),
        Mistake(
            name="bias as a column",
            answer=lambda x, W1, b1, W2, b2: sigmoid(x @ W1 + b1) @ W2 + b2.reshape(-1, 1),
            says=(
                "Your b2 is a column, so it adds one number to each example instead of each class. "
                "That goes unnoticed when there are as many examples as classes."
            ),
            hint="Leave b2 in the shape (classes,). It broadcasts along the rows.",
        ),
    ],
)
