"""Nothing that is installed with us is under the GPL, and all of it has a licence (decision 021)."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, metadata

import pytest

from tests.weight import closure

GPL = re.compile(r"(?<!L)GPL|GNU General Public|Affero")
# Libraries under the GPL that wheels are known to carry without a word in their metadata.
GPL_LIBRARIES = re.compile(r"lib(x264|x265|xvidcore|postproc|readline|gsl|gslcblas|fftw3)\b")
# The extra that trains the shipped models is for their makers.
EXTRAS = sorted(set(metadata("rusoil-jupyter").get_all("Provides-Extra") or ()) - {"train"})


@pytest.fixture(scope="module")
def installed() -> dict[str, Distribution]:
    return closure(f"rusoil-jupyter[{','.join(EXTRAS)}]")


def stated(distribution: Distribution) -> list[str]:
    """What the metadata say: each entry one licence, or one of several to choose from."""
    told = distribution.metadata
    classifiers = [c for c in told.get_all("Classifier") or () if c.startswith("License ::")]
    words = (told.get("License") or "").strip().partition("\n")[0]
    choices = (told.get("License-Expression") or "").split(" OR ")
    return [one for one in (*choices, *classifiers, words) if one]


def has_licence_file(distribution: Distribution) -> bool:
    return any(re.match(r"licen[cs]e|copying", file.name, re.I) for file in distribution.files or ())


def test_everything_has_a_licence(installed):
    assert len(installed) > 100
    assert [name for name, one in installed.items() if not stated(one) and not has_licence_file(one)] == []


def test_nothing_is_under_the_gpl_alone(installed):
    told = {name: stated(one) for name, one in installed.items()}
    assert [n for n, licences in told.items() if licences and all(GPL.search(one) for one in licences)] == []


def test_no_library_under_the_gpl_is_carried_by_a_wheel(installed):
    carried = [str(file) for one in installed.values() for file in one.files or ()]
    assert [file for file in carried if GPL_LIBRARIES.search(file)] == []


def test_the_ffmpeg_that_reads_clips_is_built_without_its_gpl_parts(installed):
    """Its libraries hold the options that they were built with."""
    files = installed["opencv-python-headless"].files or ()
    built = [file.locate().read_bytes() for file in files if file.name.startswith("libavcodec")]
    assert built, "another layout than on Linux: look anew"
    assert [b"--enable-gpl" in one or b"--enable-nonfree" in one for one in built] == [False]


def test_the_wheel_of_pillow_leaves_out_its_gpl_part():
    from PIL import features

    assert not features.check("libimagequant")
