"""The panels of the page: what stands in each, and which handler each event calls.

Every panel has a module with ``lay_out``, which makes its components, and ``wire``, which binds
their events.
"""
