"""The library of the course: small functions that the lessons build and then import.

Every public name has one home, the module that lists it in `__all__`:
`from mlp_tutorial.neuron import neuron`.
"""
