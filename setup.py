"Installs the package; every value comes from settings.ini, which nbdev reads too."
import shlex
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

root = Path(__file__).parent
parser = ConfigParser(delimiters=["="])
parser.read(root / "settings.ini", encoding="utf-8")
settings = parser["DEFAULT"]
package = settings["lib_path"]

setup(
    name=settings["lib_name"],
    version=settings["version"],
    description=settings["description"],
    long_description=(root / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    keywords=settings["keywords"],
    author=settings["author"],
    author_email=settings["author_email"],
    license="Apache-2.0",
    packages=find_packages(include=[package, f"{package}.*"]),
    package_data={package: ["py.typed", "page/*"]},
    zip_safe=False,
    python_requires=">=" + settings["min_python"],
    install_requires=shlex.split(settings["requirements"]),
    extras_require={name: shlex.split(settings[f"{name}_requirements"]) for name in ("tune", "scale", "dev")},
    entry_points={
        "console_scripts": settings["console_scripts"].split(),
        "nbdev": [f"{package}={package}._modidx:d"],
    },
)
