"""What counts as a figure is said once."""

from __future__ import annotations

from typing import get_args

import pytest

from rusoil_jupyter.figures import readers
from rusoil_jupyter.figures.pixels.image import FORMATS
from rusoil_jupyter.figures.values import kinds
from rusoil_jupyter.messages import ImagePart


@pytest.mark.parametrize(
    ("name", "media_type", "text"),
    [
        ("well.LAS", "application/x-las", "application/x-las"),
        ("a.b.dot", "text/vnd.graphviz", "text/vnd.graphviz"),
        ("a.svg", "image/svg+xml", "image/svg+xml"),
        ("photo.JPG", "image/jpeg", ""),
        ("table.csv", "", ""),
        ("png", "", ""),
        ("", "", ""),
    ],
)
def test_a_file_is_known_by_the_end_of_its_name(name, media_type, text):
    assert (kinds.type_of_file(name), kinds.type_of_text(name)) == (media_type, text)


def test_pictures_are_those_of_the_wire_and_of_the_decoder():
    assert set(kinds.PIXELS) == set(FORMATS) == set(get_args(ImagePart.model_fields["media_type"].annotation))


def test_every_kind_has_one_reader_before_the_pixels_of_pictures():
    taken = [one for reader in (*readers._SPECIFICATIONS, *readers._SOURCES) for one in reader.takes]
    read = [one for kind in kinds.KINDS if kind.role not in {"description", "picture"} for one in kind.types]
    assert len(taken) == len(set(taken))
    assert set(read) <= set(taken) <= {*read, *kinds.PICTURES}


def test_a_page_counts_by_its_words_and_everything_else_by_its_type():
    assert kinds.may_show({"application/xml": "<mxfile/>"})
    assert not kinds.may_show({"application/xml": "<feed/>"})
    assert kinds.may_show({"application/vnd.bokehjs_exec.v0+json": ""})
    assert not kinds.may_show({"application/vnd.seismic": ""})
    assert kinds.may_show({"application/vnd.seismic": ""}, ["application/vnd.seismic"])
