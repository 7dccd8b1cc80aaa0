"""What the product adds on top of JupyterLab: fewer than 45 packages, under 180 MB, engine included."""

from __future__ import annotations

from tests.weight import added, report

PACKAGES, MEGABYTES = 45, 180


def test_fewer_than_45_packages_and_180_megabytes_beyond_jupyterlab():
    weight = added()
    print(report(weight))
    assert "xllamacpp" in weight
    assert len(weight) < PACKAGES
    assert sum(weight.values()) < MEGABYTES
