"""The library of the course, made of small functions that the lessons build and then import.

Import each name from its own module, as in `from mlp_tutorial.neuron import neuron`. A module's
`__all__` lists its public names.
"""
