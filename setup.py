"""What pre-commit installs from this repository: the wheel of the same version, not a build from source.

pre-commit runs `pip install .` in a clone. A project of maturin at the root would compile for minutes on the machine of
every developer; this placeholder depends on the wheel instead. The wheel's own project is in python/.
"""

from setuptools import setup

setup(
    name="ordinance-hook",
    version="0.1.0",
    install_requires=["ordinance==0.1.0"],
    packages=[],
    py_modules=[],
)
