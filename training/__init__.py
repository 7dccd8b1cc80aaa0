"""How the models that are shipped were trained: pictures rendered here, networks, export to ONNX.

``python -m training recogniser|chart-type|detector`` in a checkout, with the extra ``[train]``. Nothing of it
is needed to read a picture, and none of it is in the wheel.
"""
