"""Each queue has a job to run and somebody who runs it."""

from __future__ import annotations

import ast
from functools import partial

import pytest

from jobs import bell, functions
from jobs.lanes import Lane
from tests.architecture.project import text_of


def lanes_bound_in(source: str) -> set[str]:
    """Give the lanes that a call to `bind` in this source names."""
    return {
        key.attr
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "bind"
        for given in call.args
        if isinstance(given, ast.Dict)
        for key in given.keys
        if isinstance(key, ast.Attribute)
    }


@pytest.mark.parametrize("lane", Lane)
def test_each_lane_has_a_job_that_does_its_work(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job RQ calls by name runs what this process bound to the lane, and nothing else."""
    done: list[Lane] = []
    monkeypatch.setattr(functions, "_work", {})
    functions.bind({each: partial(done.append, each) for each in Lane})
    job = bell._JOBS[lane]
    assert getattr(functions, job.__name__) is job
    job()
    assert done == [lane]


def test_a_worker_binds_each_lane() -> None:
    """A lane without work would fail at its first bell."""
    assert lanes_bound_in(text_of("run", "worker.py")) == {lane.name for lane in Lane}


def test_the_whole_product_starts_a_worker_for_each_lane() -> None:
    """`bridge up` goes through the list of lanes itself."""
    loops = [
        node.iter.id
        for node in ast.walk(ast.parse(text_of("run", "town_hall.py")))
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Name)
    ]
    assert loops.count("Lane") == 1
