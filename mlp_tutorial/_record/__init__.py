"""The record of lesson 17, with the digits that its networks get wrong.

The digits are a part of MNIST, under the license in `mlp_tutorial/_mnist/README.md`.
"""
