# %% [markdown]
# # Guess first
#
# Guessing makes you notice.
#
# You will learn
#
# - how to guess.
#
# Reading takes a minute.

# %% [markdown] tags=["predict"]
# What is the double of three?
#
# - [ ] 5
#   Five is three plus two.
# - [x] 6
#   Three plus three is six.

# %%
from arithmetic import check_triple, double

print(double(3))

# %% [markdown] tags=["exercise", "warm-up"]
# ### Three times as much
#
# Write `triple(x)`, which returns three times `x`.
#
# <details><summary>Hint 1</summary>
#
# Multiply.
#
# </details>


# %% tags=["exercise"]
def triple(x):
    raise NotImplementedError


# %% tags=["solution"]
def triple(x):
    return 3 * x


# %% tags=["check"]
print(check_triple(triple))
