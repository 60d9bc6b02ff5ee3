"Installs the package; every value comes from settings.ini, which nbdev reads too."
import shlex
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

root = Path(__file__).parent
parser = ConfigParser(delimiters=["="])
parser.read(root / "settings.ini", encoding="utf-8")
settings = parser["DEFAULT"]
package = settings["lib_path"]
own_tests = {f"{package}.benchmarks.tuning"}   # single modules; packages are named in find_packages below


class BuildForUsers(build_py):
    "Modules without those that only the tests of a clone need; an editable install has them all."
    def find_package_modules(self, package, package_dir):
        return [one for one in super().find_package_modules(package, package_dir) if f"{one[0]}.{one[1]}" not in own_tests]


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
    packages=find_packages(include=[package, f"{package}.*"], exclude=[f"{package}.testing", f"{package}.testing.*"]),
    cmdclass={"build_py": BuildForUsers},
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
