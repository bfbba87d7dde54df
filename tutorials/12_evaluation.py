# %% [markdown]
# # How good is it?
#
# You will learn
#
# - why there are training, validation and test digits, and what choosing on the wrong ones costs;
# - how to provoke over-fitting, measure it, and compare what helps against it;
# - how to look at the mistakes of a network, and at whether it knows that it may be wrong.
#
# Reading takes half an hour. The code runs in about a minute on any computer.

# %% [markdown]
# ## Few digits to learn from
#
# Over-fitting shows best where there is little to learn from. So in the first half of this lesson a
# network gets 4,000 training digits at most. The others, at most 10,000, serve as validation
# digits: the network never learns from them, and we may look at them as often as we like.

# %%
import torch

from mlp_tutorial.data import load_mnist, mean_and_std, normalize

digits, test = load_mnist("train"), load_mnist("test")
scale = mean_and_std(digits.images)
images = normalize(digits.images, *scale).flatten(1)
x_test, y_test = normalize(test.images, *scale).flatten(1), test.labels

order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(0))
few, others = order[:4000], order[4000:14_000]
train = images[few], digits.labels[few]
validation = images[others], digits.labels[others]
print(f"{len(few):,} to learn from, {len(others):,} to judge by")
assert len(few) == 4_000
assert len(others) <= 10_000

# %% [markdown]
# ## Choosing flatters
#
# First the reason for so many parts. Train twenty small networks, on the first 1,000 digits, that
# differ in nothing but their seed, judge each on 200 validation digits, and keep the best. It may
# be a little better than the others, but mostly it had luck with those 200. So its score there is
# too good, and on other digits the luck is gone.

# %%
from mlp_tutorial.evaluation import evaluate, predict
from mlp_tutorial.networks import MLP
from mlp_tutorial.training import fit

hits = []
for seed in range(20):
    torch.manual_seed(seed)
    model = MLP([784, 32, 10])
    fit(model, (train[0][:1000], train[1][:1000]), epochs=5, seed=seed)
    hits.append(predict(model, validation[0]).argmax(1) == validation[1])
hits = torch.stack(hits).double()  # a row for each network
chosen_by, fresh = 100 * hits[:, :200].mean(1), 100 * hits[:, 200:].mean(1)
best = chosen_by.argmax()
print(f"the best of 20: {chosen_by[best]:.1f} % on the 200 it was chosen by,")
print(f"                {fresh[best]:.1f} % on others")
print(f"mean of all 20: {chosen_by.mean():.1f} % on those 200")

# %% [markdown]
# The same happens with learning rates, sizes, and every other choice. Whatever you choose by is
# used up, and flatters what you chose. Therefore: learn from the *training* digits, choose by the
# *validation* digits, and report what the *test* digits say, which no choice has used. One choice
# proves little, for those 200 can be harder or easier than others. So choose a hundred times, each
# time by another 200, and see how far the winner drops.

# %%
generator, drops = torch.Generator().manual_seed(0), []
for _ in range(100):
    drawn = torch.randperm(hits.shape[1], generator=generator)
    chosen_by = 100 * hits[:, drawn[:200]].mean(1)
    fresh = 100 * hits[:, drawn[200:]].mean(1)
    winner = chosen_by.argmax()
    drops.append((chosen_by - fresh)[winner].item())
drop = sum(drops) / len(drops)
print(f"on other digits the winner is {drop:.1f} points worse, on average")
assert drop > 0

# %% [markdown]
# ## Over-fitting
#
# Now train one network for thirty epochs. The loss on the digits that it learns from falls to
# nearly nothing: it knows them by heart. The loss on the others falls, reaches a minimum, and then
# rises. From there on the network learns the accidents of these 4,000 images. A gap that widens
# while the upper line rises is over-fitting.

# %% figure="overfitting" alt="Left: the training loss falls towards 0 while the validation loss falls for a few epochs and then slowly rises. Right: the validation accuracy climbs quickly and then stays level." caption="The left panel is the warning: the training loss keeps falling while the validation loss turns around."
from mlp_tutorial.plots import plot_history, show

torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
history = fit(model, train, validation=validation, epochs=30, lr=0.1)
lowest = min(history.validation_loss)
last = history.validation_loss[-1]
print(f"validation loss: {lowest:.3f} at best, {last:.3f} at the end")
learned = evaluate(model, *train).accuracy
print(f"training accuracy at the end: {100 * learned:.0f} %")
show(plot_history(history))
assert history.validation_loss[-1] > lowest

# %% [markdown]
# The accuracy hardly suffers, and that is typical: the network does not make many more mistakes, it
# becomes surer of those it makes. The simplest remedy is to stop at the minimum. Because `fit`
# repeats itself exactly, that is easy here: ask for as many epochs as were best.

# %%
epoch = history.validation_loss.index(lowest) + 1
torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
early = fit(model, train, validation=validation, epochs=epoch, lr=0.1)
print(f"stopped after epoch {epoch}, at {early.validation_loss[-1]:.3f}")
assert early.validation_loss[-1] == lowest

# %% [markdown]
# ## Four remedies
#
# *Weight decay* pulls all weights towards zero a little at each step, so only those that are needed
# stay large. *Dropout* leaves out hidden units at random while training, so none can rely on
# another; `model.eval()` ends this *training mode*, `model.train()` returns to it, and our
# functions see to both. *Augmentation* shows each digit in a new place. *Early stopping* you know.
# Each is an option of `fit`, of its optimizer or of the network.

# %%
from functools import partial

from mlp_tutorial.augmentation import shift

decay = partial(torch.optim.SGD, weight_decay=3e-3)
remedies = {
    "nothing": {},
    "early stopping": {"epochs": epoch},
    "weight decay": {"optimizer": decay},
    "dropout": {"dropout": 0.3},
    "shifts": {"augment": shift},
}
print(*remedies, sep="\n")

# %% [markdown]
# We train with each of them, and without any for comparison, on the same 4,000 digits from five
# seeds, for thirty epochs unless the remedy says otherwise, and judge them by the validation
# digits. That makes twenty-five networks; because everything stays in memory, they take less than a
# minute. Look at the accuracy, its spread, and the loss.

# %%
results = {name: [] for name in remedies}
for name, options in remedies.items():
    for seed in range(5):
        chosen = {"epochs": 30} | options
        dropout = chosen.pop("dropout", 0)
        torch.manual_seed(seed)
        model = MLP([784, 128, 64, 10], dropout=dropout)
        fit(model, train, lr=0.1, seed=seed, **chosen)
        results[name].append(evaluate(model, *validation))
    right = torch.tensor([100 * result.accuracy for result in results[name]])
    loss = sum(result.loss for result in results[name]) / 5
    print(
        f"{name:15} {right.mean():.2f} ± {right.std():.2f} %, loss {loss:.3f}"
    )

# %% [markdown]
# Each dot is a network, the diamond their mean, and the bar its *standard error*, the spread
# divided by $\sqrt 5$: where two bars are far apart, the difference is hardly luck. The restraints
# lower the loss, but move the accuracy by less than a point, stopping early downwards. Shifts win
# by a wide margin: they add what the network did not know, that a digit may stand elsewhere. More
# data, even made from the old, helps most.

# %% figure="what-helps" alt="Validation accuracy in five rows, each with five dots, a diamond for their mean and a bar for its standard error. The first four, nothing, early stopping, weight decay and dropout, lie near each other; shifts is far to the right." caption="Each dot is one run. Compare the gap between the rows with the spread inside a row."
from mlp_tutorial.plots import plot_comparison

percent = {
    name: [100 * result.accuracy for result in found]
    for name, found in results.items()
}
show(plot_comparison(percent, label="validation accuracy, %"))
means = {name: sum(values) / len(values) for name, values in percent.items()}
if digits.source == "full":  # 1,000 digits to judge by are too few to be sure
    assert means.pop("shifts") > max(means.values())

# %% [markdown]
# ## The network to be judged
#
# Now the recipe of the last lesson, but with plain labels, on all training digits, with shifts.
# The choices are made; so this time we may open the test digits. `predict` computes the logits of
# all of them, with dropout off; everything that follows is read from these logits.

# %%
from mlp_tutorial.training import one_cycle

momentum = partial(torch.optim.SGD, momentum=0.9, nesterov=True)
torch.manual_seed(7)
model = MLP([784, 128, 64, 10])
recipe = {"batch_size": 256, "lr": 0.2, "optimizer": momentum}
fit(
    model,
    (images, digits.labels),
    epochs=8,
    schedule=one_cycle,
    augment=shift,
    **recipe,
)
logits = predict(model, x_test)
right = (logits.argmax(1) == y_test).sum().item()
print(f"{right:,} of {len(y_test):,}")

# %% [markdown]
# Even the test digits are a sample. Had others been drawn, the result would differ: by
# $\sqrt{p(1-p)/n}$, the standard error of a share $p$ among $n$. Each judged on digits of its own,
# two networks that differ by less than about three times that may well be equally good. State it
# with the result, as the spread over seeds states how much the training varies.

# %%
n, p = len(y_test), right / len(y_test)
error = (p * (1 - p) / n) ** 0.5
print(f"{100 * p:.2f} % ± {100 * error:.2f}")

# %% [markdown]
# ## Averages of averages
#
# Courses often compute the accuracy of each batch, and average these. But the last batch may be
# smaller, and then its digits count for more. Take it to the extreme: one batch of all digits but one,
# and a second of the last. That one digit then counts as much as all the others together. Sum up, and
# divide once.

# %%
hits = (logits.argmax(1) == y_test).double()
first, last = hits[:-1].mean(), hits[-1:].mean()
print(f"average of two batches {100 * (first + last) / 2:.2f} %")
print(f"every digit once       {100 * hits.mean():.2f} %")
for size in (64, 1000, n):
    assert (
        evaluate(model, x_test, y_test, batch_size=size).accuracy == hits.mean()
    )

# %% [markdown]
# ## Which for which?
#
# One number hides much. The *confusion matrix* counts, for each digit (row), what it was taken for
# (column). Right answers stand on the diagonal; the mistakes, beside it, are shaded. They are not
# spread evenly: the pairs that it mixes up are those that people write alike.

# %% figure="confusion" alt="A matrix of counts with ten rows, true class, and ten columns, predicted class. Nearly all counts are on the diagonal. The mistakes are shaded, the frequent ones more strongly." caption="The rows are the true digits, and the columns are the answers. Look for the strongest shade off the diagonal."
from mlp_tutorial.evaluation import confusion_matrix
from mlp_tutorial.plots import draw_confusion

confusion = confusion_matrix(logits, y_test)
show(draw_confusion(confusion))
assert confusion.diagonal().sum() == right

# %% [markdown]
# Two numbers for each class follow from it. *Recall* is the share of its digits that were found:
# along the row. *Precision* is the share of its predictions that were right: along the column. If a
# bank reads checks with this network, a nine read as a zero and a zero read as a nine do not cost
# the same.

# %%
from mlp_tutorial.evaluation import precision_and_recall

precision, recall = precision_and_recall(confusion)
for digit in range(10):
    print(
        f"{digit}: precision {precision[digit]:.3f}, recall {recall[digit]:.3f}"
    )
worst = recall.argmin().item()
print("hardest to find:", worst)

# %% [markdown]
# ## The worst mistakes
#
# Look at the mistakes with the largest loss: there the right digit got the least probability. You
# learn more from sixteen pictures than from a hundred numbers: mistakes in your code, wrong labels,
# and what the data are really like. Would you have read all of these right?

# %% figure="worst-mistakes" alt="Sixteen digits that the network misread with the largest loss, each with its label and what it was taken for; many are hard to read for people too." caption="The mistakes that cost the most. Would you have read them all correctly?"
from mlp_tutorial.evaluation import worst_mistakes
from mlp_tutorial.plots import draw_digits

worst = worst_mistakes(logits, y_test, most=16)
predicted = logits.argmax(1)[worst]
losses = torch.nn.functional.cross_entropy(logits, y_test, reduction="none")
print(f"loss of the worst: {losses[worst[0]]:.1f}")
show(draw_digits(test.images[worst], y_test[worst], predicted=predicted))

# %% [markdown]
# ## Is it as sure as it is right?
#
# Of all digits to which it gives a probability of seven tenths, a *calibrated* network reads seven
# in ten right. Sort the digits into bins by the probability of the favorite, and compare: above the dashed
# line the network is too modest, below it too sure. The points are large where many digits are: most
# sit at the right end.

# %% figure="calibration" alt="Fraction that is right against the probability of the predicted class, in bins. The points wander about the dashed diagonal, and the largest point sits at its upper right end." caption="On the diagonal the network would be right exactly as often as it says."
from mlp_tutorial.evaluation import calibration
from mlp_tutorial.plots import plot_reliability

found = calibration(logits, y_test)
print(f"expected calibration error {100 * found.error:.2f} points")
print("digits in each bin", found.count.tolist())
show(plot_reliability(found))

# %% [markdown]
# The *expected calibration error* is the distance from the diagonal, averaged over the digits. Compare
# it with the over-fitted network of 4,000 digits, which is surer than it has reason to be. Such a
# network should not be believed when it says that it is certain. Over-fitting, you see, is more than
# a matter of accuracy.

# %%
torch.manual_seed(7)
overfitted = MLP([784, 128, 64, 10])
fit(overfitted, train, epochs=30, lr=0.1)
bad = calibration(predict(overfitted, x_test), y_test)
print(
    f"over-fitted {100 * bad.error:.2f} points, recipe {100 * found.error:.2f}"
)
top, right = bad.confidence[-1], bad.accuracy[-1]
print(f"where it says {100 * top:.1f} %, it is right in {100 * right:.1f} %")
assert bad.error - found.error > 0

# %% [markdown]
# ## Summary
#
# - Learn from training digits, choose by validation digits, report test digits once.
# - Over-fitting shows in the validation loss first; more data, even shifted copies, helps most.
# - Count each example once. State the spread over seeds and the error of the sample.
# - Look at the confusion, the worst mistakes and the calibration before you trust a network.
#
# ## Exercises
#
# Write each answer in its first cell, run it, then run the check at the end of the exercise: it
# says what is wrong, or that nothing is.

# %% [markdown] tags=["exercise", "apply"]
# ### Accuracy, done right
#
# Write `accuracy(model, batches)`: the share of all examples that the model gets right, from 0 to 1.
# `batches` is a list of pairs `x`, `y`, of different sizes. The model has dropout, and is in
# training mode before and after.
#
# <details><summary>Hint 1</summary>
#
# Count what is right and how many there are; divide once, at the end.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `model.eval()` turns dropout off, `model.train()` on again.
#
# </details>


# %% tags=["exercise"]
def accuracy(model, batches):
    raise NotImplementedError


# %% tags=["solution"]
def accuracy(model, batches):
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in batches)
    model.train()
    return right / sum(len(y) for x, y in batches)


# %% tags=["check"]
from mlp_tutorial.exercises import check_accuracy

print(check_accuracy(accuracy))

# %% [markdown] tags=["exercise", "think"]
# ### What to publish
#
# You trained several networks, and keep the one that is best. Write `report(runs)`: the accuracy to
# publish for it. Each run is a dict with `name`, `validation` and `test`, accuracies from 0 to 1.
#
# <details><summary>Hint 1</summary>
#
# Which of the two numbers may you choose by?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Choose by validation. Which number was not used for choosing?
#
# </details>


# %% tags=["exercise"]
def report(runs):
    raise NotImplementedError


# %% tags=["solution"]
def report(runs):
    best = max(runs, key=lambda run: run["validation"])
    return best["test"]


# %% tags=["check"]
from mlp_tutorial.exercises import check_report

print(check_report(report))

# %% [markdown]
# ## More to try
#
# 1. How much weight decay is best? Try five values over three seeds; draw them with
#    `plot_comparison`.
# 2. Divide the logits by a number before softmax, and find the one with the smallest loss on the
#    validation digits. What does it do to the calibration, and what to the accuracy?
#
# ## Next
#
# A network worth judging is worth keeping. [The next lesson](14_saving_and_devices.py) saves it.
