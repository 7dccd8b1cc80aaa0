"""Models that can be brought to this computer, and those that are here.

A model is one GGUF file in a model folder (a model with vision: two). A known model has an entry with its
digests; any other ``*.gguf`` put into a model folder is offered too, with what its name says.
"""

from rusoil_jupyter.catalogue.download import address_of, pull
from rusoil_jupyter.catalogue.entries import CATALOGUE, SMOLLM2, CatalogueEntry, ModelFile, entry, find
from rusoil_jupyter.catalogue.folders import (
    InstalledModel,
    begun,
    digest,
    here,
    installed,
    remove,
    verify,
)
from rusoil_jupyter.catalogue.machine import free_disk, memory, usable_memory

__all__ = [
    "CATALOGUE",
    "SMOLLM2",
    "CatalogueEntry",
    "InstalledModel",
    "ModelFile",
    "address_of",
    "begun",
    "digest",
    "entry",
    "find",
    "free_disk",
    "here",
    "installed",
    "memory",
    "pull",
    "remove",
    "usable_memory",
    "verify",
]
