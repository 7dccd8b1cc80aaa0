"""Nothing that is installed with us is under the GPL, and all of it has a licence (decision 021)."""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution, metadata
from pathlib import Path
from typing import Any

import pytest

from tests.weight import closure

GPL = re.compile(r"(?<!L)GPL|GNU General Public|Affero")
# Libraries under the GPL that wheels are known to carry without a word in their metadata.
GPL_LIBRARIES = re.compile(r"lib(x264|x265|xvidcore|postproc|readline|gsl|gslcblas|fftw3)\b")
# The extra that trains the shipped models is for their makers.
LAB = Path(__file__).parents[2] / "labextension"
EXTRAS = sorted(set(metadata("rusoil-jupyter").get_all("Provides-Extra") or ()) - {"train"})


@pytest.fixture(scope="module")
def installed() -> dict[str, Distribution]:
    return closure(f"rusoil-jupyter[{','.join(EXTRAS)}]")


def split_choice(expression: str) -> list[str]:
    return expression.strip("()").split(" OR ")


def stated(distribution: Distribution) -> list[str]:
    """What the metadata say: each entry one licence, or one of several to choose from."""
    told = distribution.metadata
    classifiers = [c for c in told.get_all("Classifier") or () if c.startswith("License ::")]
    words = (told.get("License") or "").strip().partition("\n")[0]
    choices = split_choice(told.get("License-Expression") or "")
    return [one for one in (*choices, *classifiers, words) if one]


def is_licence(name: str) -> bool:
    return bool(re.match(r"licen[cs]e|copying", name, re.I))


def has_licence_file(distribution: Distribution) -> bool:
    return any(is_licence(file.name) for file in distribution.files or ())


def test_everything_has_a_licence(installed):
    assert len(installed) > 100
    assert [name for name, one in installed.items() if not stated(one) and not has_licence_file(one)] == []


def test_nothing_is_under_the_gpl_alone(installed):
    told = {name: stated(one) for name, one in installed.items()}
    assert [n for n, licences in told.items() if licences and all(GPL.search(one) for one in licences)] == []


def find_module(name: str, user: Path) -> Path:
    """Where Node finds it: in the nearest ``node_modules`` above its user."""
    places = (folder / "node_modules" / name for folder in (user, *user.parents))
    return next(place for place in places if (place / "package.json").is_file())


def read_manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    return manifest


def npm_closure() -> dict[Path, dict[str, Any]]:
    """The npm packages that the lab extension needs when it runs, with what they say of themselves."""
    found: dict[Path, dict[str, Any]] = {}
    pending = [LAB]
    while pending:
        folder = pending.pop()
        if folder not in found:
            found[folder] = read_manifest(folder)
            pending += [find_module(name, folder) for name in found[folder].get("dependencies", {})]
    return found


def stated_by_npm(manifest: dict[str, Any]) -> list[str]:
    old = [one["type"] for one in manifest.get("licenses", ())]
    return [one for one in (*split_choice(manifest.get("license", "")), *old) if one]


@pytest.mark.skipif(
    not (LAB / "node_modules").is_dir(), reason="the lab extension's packages are not installed"
)
def test_npm_packages_have_a_licence_and_it_is_not_the_gpl():
    installed = npm_closure()
    assert len(installed) > 300
    told = {folder: stated_by_npm(manifest) for folder, manifest in installed.items()}
    silent = [folder for folder, ones in told.items() if not ones]
    assert [f.name for f in silent if not any(is_licence(file.name) for file in f.iterdir())] == []
    assert [f.name for f, ones in told.items() if ones and all(GPL.search(one) for one in ones)] == []


@pytest.mark.parametrize(
    ("manifest", "licences"),
    [
        ({"license": "(MPL-2.0 OR Apache-2.0)"}, ["MPL-2.0", "Apache-2.0"]),
        ({"licenses": [{"type": "GPL-3.0"}]}, ["GPL-3.0"]),
        ({}, []),
    ],
)
def test_what_npm_packages_say_is_read(manifest, licences):
    assert stated_by_npm(manifest) == licences


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
