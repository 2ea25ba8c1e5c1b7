"""Runs the tests of a module on its mutants, in copies of the tree."""

import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from compileall import compile_dir
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from py_compile import PycInvalidationMode
from queue import SimpleQueue
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final, NamedTuple

from tests.mutants.mutations import Mutant
from tests.running import ROOT, environment

# What a run of the tests needs of the tree.
_PARTS: Final = ("chat", "tests")
_FILES: Final = ("setup.cfg",)
# A mutant that never ends counts as noticed: whoever runs the tests would see it. Others share the machine.
PATIENCE_SECONDS: Final = 10.0
_TIMES_AS_LONG: Final = 4.0


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    ENDLESS = "endless"


class Result(NamedTuple):
    """A mutant, and what became of it."""

    mutant: Mutant
    verdict: Verdict


class FailingTestsError(Exception):
    """The tests fail on the module as it is, so that they say nothing of its mutants."""


@contextmanager
def copies(count: int) -> Iterator[Sequence[Path]]:
    """This many copies of the tree, which are gone afterwards."""
    with TemporaryDirectory(prefix="mutants-") as folder:
        trees = [Path(folder, str(number)) for number in range(count)]
        for tree in trees:
            for part in _PARTS:
                copytree(ROOT / part, tree / part, ignore=ignore_patterns("__pycache__", "dropin.cache"))
            for file in _FILES:
                (tree / file).write_bytes((ROOT / file).read_bytes())
            # Found by what is in a file: a mutant may be as long, and as old, as what stood there before.
            compile_dir(tree / "chat", quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        yield trees


def run(trees: Sequence[Path], path: str, chosen: Sequence[Mutant], tests: Sequence[str]) -> Generator[Result]:
    """The results of the `chosen` mutants of the module at `path`, one by one; `tests` are the paths of its tests.

    As many are tried at a time as there are `trees`. A caller that stops early closes the iterator: then all tests that
    still run are killed. Raises FailingTestsError.
    """
    free, runs = SimpleQueue[Path](), _Runs()
    for tree in trees:
        free.put(tree)
    seconds = _limit(trees[0], path, tests)

    def judge(mutant: Mutant) -> Result:
        tree = free.get()
        try:
            return Result(mutant, _judge(tree, path, mutant, lambda tree: runs.run(tests, tree, seconds)))
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as pool:
        try:
            yield from pool.map(judge, chosen)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            runs.end()


class _Runs:
    """The tests that run at this moment. `end` kills them, and those that a thread starts after it."""

    def __init__(self) -> None:
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._is_ended = False

    def run(self, tests: Sequence[str], tree: Path, seconds: float) -> int:
        """Run the tests in a copy of the tree; returns their exit status. Raises subprocess.TimeoutExpired."""
        null = subprocess.DEVNULL
        process = subprocess.Popen(_command(tests), cwd=tree, env=_environment(tree), stdout=null, stderr=null)
        self._processes.add(process)
        try:
            if self._is_ended:
                process.kill()
            return process.wait(seconds)
        finally:
            process.kill()
            process.wait()
            self._processes.discard(process)

    def end(self) -> None:
        """Kill them all."""
        self._is_ended = True
        for process in tuple(self._processes):
            process.kill()


def _limit(tree: Path, path: str, tests: Sequence[str]) -> float:
    """How many seconds the tests may take on a mutant of `path`."""
    begun = monotonic()
    done = subprocess.run(
        _command(tests), cwd=tree, env=_environment(tree), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FailingTestsError(f"the tests of {path} fail on it as it is:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return PATIENCE_SECONDS + _TIMES_AS_LONG * (monotonic() - begun)


def _judge(tree: Path, path: str, mutant: Mutant, run_tests: Callable[[Path], int]) -> Verdict:
    original = (tree / path).read_bytes()
    (tree / path).write_text(mutant.source)
    try:
        status = run_tests(tree)
    except subprocess.TimeoutExpired:
        return Verdict.ENDLESS
    finally:
        (tree / path).write_bytes(original)
    return Verdict.KILLED if status else Verdict.SURVIVED


def _command(tests: Sequence[str]) -> Sequence[str]:
    return [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "tests.mutants.quick", *tests]


def _environment(tree: Path) -> Mapping[str, str]:
    # Without plugins that other packages bring a run starts three times as fast. Options of this run may be for those.
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    return {**environment(), "PYTHONPATH": str(tree), **alone}
