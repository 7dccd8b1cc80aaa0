"""How the models that are shipped were trained: pictures rendered here, networks, export to ONNX.

``python -m rusoil_jupyter.figures.pixels.training recogniser|chart-type|detector`` (extra ``[train]``).
Nothing of it is needed to read a picture.
"""
