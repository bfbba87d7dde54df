# %% [markdown]
# # Gradients
#
# You will learn
#
# - where the cross-entropy comes from, and how one number judges a network;
# - how backpropagation computes all gradients, link by link and with a few matrix products;
# - how to check a gradient, and what `zero_grad` is for.
#
# Reading takes half an hour. The code runs in seconds on any computer.

# %% [markdown]
# ## How likely are the labels?
#
# A network gives each image ten probabilities. Suppose that they were right, and draw a label
# from them for every image: how likely are we to get exactly the labels of our batch? That is the
# product of the probabilities of the right classes, the *likelihood*. Training looks for the
# weights that make it largest. For 256 images it is too small for a number of float32.

# %%
import torch

from mlp_tutorial.data import batches, load_mnist, mean_and_std, normalize
from mlp_tutorial.networks import MLP

train = load_mnist("train")
images = normalize(train.images, *mean_and_std(train.images)).flatten(1)
generator = torch.Generator().manual_seed(0)
x, y = next(batches(images, train.labels, 256, generator=generator))
torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
logits = model(x)
probs = torch.softmax(logits, dim=1)
likely = probs[torch.arange(len(y)), y]  # (256,): of the right classes
print(len(y), "images, likelihood", likely.prod().item())

# %% [markdown]
# ## Cross-entropy
#
# So we take the logarithm, which turns the product into a sum and keeps the order: where the one
# is largest, so is the other. With a minus sign, and divided by the number of examples $n$, it is
# the cross-entropy, and large is bad; a network that gives every class a tenth has $\ln 10$. Here
# $p_i$ is the probability given to the right class of example $i$:
#
# $$L = -\frac1n \sum_{i=1}^n \ln p_i$$

# %%
import math

import torch.nn.functional as F

loss = -likely.log().mean()
print(f"by hand {loss:.4f}, PyTorch {F.cross_entropy(logits, y):.4f}")
print(f"ln 10 = {math.log(10):.4f}")
torch.testing.assert_close(loss, F.cross_entropy(logits, y))

# %% [markdown]
# ## The slope for one weight
#
# To make the loss smaller we must know how it answers to each weight. Take one number, the bias of
# the digit 3 in the last layer; move it up by a little, $h$, and down by as much; divide the change
# of the loss by $2h$. As $h$ shrinks, that slope becomes the *partial derivative*. All of these
# together are the *gradient*, and it points where the loss grows fastest.

# %%
bias, h = model.fc3.bias, 1e-2
with torch.no_grad():
    bias[3] += h
    above = F.cross_entropy(model(x), y)
    bias[3] -= 2 * h
    below = F.cross_entropy(model(x), y)
    bias[3] += h
slope = ((above - below) / (2 * h)).item()
print(f"{slope:.5f}")

# %% [markdown]
# For every parameter that would take two passes through the network, and there are 109,386 of them.
# Backpropagation gets all of them for about the price of two more passes. PyTorch does it when you
# call `backward`, and leaves the result in `.grad` of each parameter. Let us see that it agrees, up
# to float32's rounding, and then do it ourselves.

# %%
loss = F.cross_entropy(model(x), y)
loss.backward()
print(f"{bias.grad[3]:.5f}")
print(f"{sum(p.grad.numel() for p in model.parameters()):,} slopes")
assert math.isclose(bias.grad[3], slope, abs_tol=3e-5)

# %% [markdown]
# ## The chain rule, link by link
#
# How does `backward` do it? Take one neuron with inputs $u$, weights $v$ and bias $c$: the products
# $p$ (no probabilities here), the sum $z$, the output $a = \sigma(z)$, and the loss $-\ln a$ of an
# example whose label is one. Each link has a slope of its own, made of its numbers only. The *chain
# rule* multiplies them, from the loss back to each weight. On the website, go link by link.
#
# <!-- backprop -->

# %% export="u v c values slopes"
u = torch.tensor([1.5, -2.0])
v = torch.tensor([0.5, 0.8], requires_grad=True)
c = torch.tensor(0.3, requires_grad=True)
p = u * v
z = p.sum() + c
a = torch.sigmoid(z)
loss = -torch.log(a)
by_hand = (-1 / a) * (a * (1 - a)) * u  # loss to a, a to z, z to v
found = torch.autograd.grad(loss, [v, c, p, z, a, loss])
print("by hand", by_hand.detach(), "autograd", found[0])
torch.testing.assert_close(by_hand, found[0])
values = torch.stack([*p, z, a, loss])
slopes = torch.cat([slope.flatten() for slope in found])

# %% [markdown]
# ## Where the gradient begins
#
# At the logits, $Z_3$ of the third layer, it is simple. For the slopes of the loss $L$ with respect
# to them we write $\partial L / \partial Z_3$, or $\delta_3$. Let $P$ be the probabilities, shape
# (256, 10), and $Y$ the labels as rows of zeros with a single one. Differentiate $-\ln$ of softmax,
# and nearly everything cancels: what remains is the difference between what the network says and
# what is true.
#
# $$\delta_3 = \frac{\partial L}{\partial Z_3} = \frac1n\,(P - Y)$$

# %%
Y = F.one_hot(y, 10)  # (256, 10)
delta3 = (probs - Y) / len(y)
z3 = logits.detach().requires_grad_()
(expected,) = torch.autograd.grad(F.cross_entropy(z3, y), z3)
print(delta3.shape, f"largest {delta3.abs().max():.4f}")
torch.testing.assert_close(delta3, expected)

# %% [markdown]
# ## Backwards through a layer
#
# The last layer computes $Z_3 = A_2 W_3 + b_3$, where $A_2$ is the output of the second hidden
# layer. Weight $(j, k)$ of $W_3$ multiplies output $j$ and adds to logit $k$, so its slope is
# output $j$ times the slope of logit $k$, which is in $\delta_3$, summed over the batch: a matrix
# product. A bias is added to every row, so its slope is a sum of rows.
#
# $$\frac{\partial L}{\partial W_3} = A_2^\top \delta_3, \qquad
#   \frac{\partial L}{\partial b_3} = \sum_i \delta_{3,i}$$

# %%
from mlp_tutorial.networks import get_weights

(W1, b1), (W2, b2), (W3, b3) = get_weights(model)
A1 = torch.relu(x @ W1 + b1)  # (256, 128)
A2 = torch.relu(A1 @ W2 + b2)  # (256, 64)
delta3 = delta3.detach()
dW3, db3 = A2.T @ delta3, delta3.sum(0)
print(dW3.shape, db3.shape)
torch.testing.assert_close(dW3, model.fc3.weight.grad.T)
torch.testing.assert_close(db3, model.fc3.bias.grad)

# %% [markdown]
# ## To the layer before
#
# Output $j$ of the hidden layer reaches all logits through row $j$ of $W_3$, so its slope collects
# theirs along the same weights: a product with the transpose. ReLU then lets a slope pass where its
# input was positive, and stops it elsewhere, because there a small change has no effect. ($\odot$
# multiplies entry by entry; $[Z_2 > 0]$ is one where $Z_2 > 0$, which is where $A_2 > 0$, and zero
# elsewhere.)
#
# $$\delta_2 = (\delta_3 W_3^\top) \odot [Z_2 > 0]$$

# %%
delta2 = (delta3 @ W3.T) * (A2 > 0)  # (256, 64)
dW2, db2 = A1.T @ delta2, delta2.sum(0)
delta1 = (delta2 @ W2.T) * (A1 > 0)  # (256, 128)
dW1, db1 = x.T @ delta1, delta1.sum(0)
print(dW1.shape, dW2.shape)
torch.testing.assert_close(dW1, model.fc1.weight.grad.T)
torch.testing.assert_close(dW2, model.fc2.weight.grad.T)

# %% [markdown]
# That is all of backpropagation: three matrix products forwards, five backwards, and the sums. Each
# layer needs what came into it, so the forward pass keeps the outputs; this is why training takes
# more memory than use. As a loop over layers it fills a screen in
# `mlp_tutorial.gradients.loss_and_gradients`, which we compare with what `backward` found.

# %%
from mlp_tutorial.gradients import loss_and_gradients

by_hand, gradients = loss_and_gradients(x, y, get_weights(model))
print(f"loss {by_hand:.4f}")
for layer, (dW, db) in zip([model.fc1, model.fc2, model.fc3], gradients):
    print(tuple(dW.shape), f"norm {dW.norm():.3f}")
    torch.testing.assert_close(dW, layer.weight.grad.T)
    torch.testing.assert_close(db, layer.bias.grad)

# %% [markdown]
# ## The gradient check
#
# Suppose that you write a layer of your own and there is nothing to compare it with. Then move every
# number a little, as we did with one, and compare: slow, but hard to get wrong. Take a small network
# and float64, where a step of a millionth works well; float32 has too few digits. The two should
# agree to about a millionth.

# %%
from mlp_tutorial.gradients import check_gradients

draw = {"generator": generator, "dtype": torch.float64}
small_x, small_y = torch.randn(5, 4, **draw), torch.tensor([0, 1, 2, 0, 1])
W, b = torch.randn(4, 3, **draw), torch.randn(3, **draw)
layers = [(W, b)]
_, [(dW, db)] = loss_and_gradients(small_x, small_y, layers)


def small_loss():
    return loss_and_gradients(small_x, small_y, layers)[0]


difference = check_gradients(small_loss, [W, b], [dW, db])
print(f"largest difference {difference:.1e}")
assert difference < 1e-6

# %% [markdown]
# Does the check find a mistake? Sum over the batch where a mean belongs, and every slope is five times
# too large. Such a network would train, in steps five times as long as you asked for, and
# nobody would notice. Here it is an error, and it says at which weight, what was expected, and what
# came.

# %%
try:
    check_gradients(small_loss, [W, b], [dW * 5, db * 5])
except ValueError as error:
    print(error)

# %% [markdown]
# ## One step downhill
#
# The gradient points uphill, so we go the other way: subtract it, times a small number, the
# learning rate `lr`. Each of the 109,386 weights and biases moves by its own slope. On the same
# batch the loss must then be smaller, if the step was not too long. This is *gradient descent*;
# with a new batch for every step it is called stochastic.

# %%
lr = 0.1
layers = get_weights(model)
before, gradients = loss_and_gradients(x, y, layers)
for (W, b), (dW, db) in zip(layers, gradients):
    W -= lr * dW
    b -= lr * db
after, _ = loss_and_gradients(x, y, layers)
print(f"{before:.4f} before, {after:.4f} after")
assert after < before

# %% [markdown]
# ## What `zero_grad` is for
#
# `backward` does not replace what is in `.grad`: it adds to it. That is useful when a batch is
# too large for the memory and comes in parts. But it means that you must clear `.grad` before
# every step. Compute the same loss twice, call `backward` each time, and every slope doubles.

# %%
model.zero_grad()
F.cross_entropy(model(x), y).backward()
once = model.fc1.weight.grad.clone()
F.cross_entropy(model(x), y).backward()
ratio = (model.fc1.weight.grad.norm() / once.norm()).item()
print(f"{ratio:.2f} times as large")
torch.testing.assert_close(model.fc1.weight.grad, 2 * once)

# %% [markdown]
# Leave it out of a training loop, and each step follows the sum of all gradients so far. Nothing
# complains. The network runs ahead like a ball without friction: past the valley, up the other
# side, and back. We train twice from the same weights on the same batches of 64, with and without
# it, and look at the first steps.


# %%
def train_steps(forget, steps=300):
    torch.manual_seed(7)
    model, losses = MLP([784, 128, 64, 10]), []
    generator = torch.Generator().manual_seed(0)
    while len(losses) < steps:
        for x, y in batches(images, train.labels, 64, generator=generator):
            loss = F.cross_entropy(model(x), y)
            if not forget:
                model.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= 0.1 * p.grad
            losses.append(loss.item())
    return losses[:steps]


right, forgotten = train_steps(forget=False), train_steps(forget=True)
print(f"last 50 steps: {sum(right[-50:]) / 50:.2f} with zero_grad")
print(f"               {sum(forgotten[-50:]) / 50:.2f} without")

# %% [markdown]
# The figure shows both, step by step. With `zero_grad` the loss falls quickly and keeps falling.
# Without it, the loss falls at first, and then the sum of old gradients carries the network away.
# When a training run looks like the dashed line, look for this mistake first; a learning rate that
# is too large looks much the same.

# %% figure="forgotten-zero-grad" alt="Loss over 300 steps on a logarithmic axis: with zero_grad it falls unevenly to below 0.5; without, it falls at first, jumps up within some tens of steps and stays far above." caption="The same steps, once with zero_grad and once without. Watch where the lines part."
from mlp_tutorial.plots import plot_losses, show

show(plot_losses({"with zero_grad": right, "without": forgotten}))
assert sum(right[-50:]) < 0.5 * sum(forgotten[-50:])

# %% [markdown]
# ## Summary
#
# - Cross-entropy is minus the mean logarithm of the probability of the right class: maximum
#   likelihood, written as a loss.
# - Backwards each layer takes two products, one for its weights, one for the layer before; the first
#   needs only its own.
# - A gradient that you wrote is right when small differences in float64 say so.
# - `backward` adds; clear `.grad` before every step.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "warm-up"]
# ### Back through the loss
#
# Write `logits_gradient(logits, labels)`: the gradient of the mean cross-entropy with respect to
# the logits, without autograd. Its shape is that of the logits.
#
# <details><summary>Hint 1</summary>
#
# It is made of the probabilities and the one-hot labels.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Subtract the labels from the probabilities. The loss is a mean over the batch: divide.
#
# </details>


# %% tags=["exercise"]
def logits_gradient(logits, labels):
    raise NotImplementedError


# %% tags=["solution"]
def logits_gradient(logits, labels):
    gradient = logits.softmax(dim=1)
    gradient[torch.arange(len(labels)), labels] -= 1
    return gradient / len(labels)


# %% tags=["check"]
from mlp_tutorial.exercises import check_logits_gradient

print(check_logits_gradient(logits_gradient))

# %% [markdown] tags=["exercise", "warm-up"]
# ### Back through ReLU
#
# Write `relu_backward(dA, Z)`: from dA, the gradient of the loss with respect to ReLU's output, the
# gradient with respect to its input, Z.
#
# <details><summary>Hint 1</summary>
#
# What is the slope of ReLU where Z is positive, and where it is negative?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Multiply dA by 1 or 0: `Z > 0` is that.
#
# </details>


# %% tags=["exercise"]
def relu_backward(dA, Z):
    raise NotImplementedError


# %% tags=["solution"]
def relu_backward(dA, Z):
    return dA * (Z > 0)


# %% tags=["check"]
from mlp_tutorial.exercises import check_relu_backward

print(check_relu_backward(relu_backward))

# %% [markdown]
# ## More to try
#
# 1. Derive $\delta_3$ for one example: differentiate $-\ln$ of softmax with respect to each logit.
# 2. Compute the gradient of a batch of 256 in four parts of 64, without `zero_grad` between. What
#    must you divide each loss by?
#
# ## Next
#
# One step makes the loss a little smaller. [The next lesson](10_training.py) takes a thousand of them.
