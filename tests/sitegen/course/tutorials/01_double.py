# %% [markdown]
# # Twice as much
#
# One slice of cake is nice. **What about two?**
#
# You will learn
#
# - how to double a number.
#
# Reading takes a minute.

# %%
from pathlib import Path

from arithmetic import double

print(double(4), Path("words.txt").read_text().strip())

# %% figure="two-layers" alt="Two inputs and one output." caption="Each line is a weight."
from mlp_tutorial.plots import draw_network, show

show(draw_network([2, 1]))
