"""`python -m bench.matching`: what the rules that link people are worth; prints one JSON document.

Progress goes to standard error. The town is invented, its names are as frequent as in France.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import matching_febrl, matching_library
from bench.machine import machine
from bench.matching_pairs import graded, pairs
from bench.matching_score import Score
from bench.matching_search import searched
from bench.matching_town import Block, CrmTown, crm_town
from bench.progress import stage
from bridge.domain.matching import decide

CONTACTS, SIGN_INS, SEARCHED, PAIRS = 100_000, 20_000, 5_000, 60_000


def main() -> None:
    """Measure, in the sizes asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    parser.add_argument("--contacts", type=int, default=CONTACTS)
    parser.add_argument("--sign-ins", type=int, default=SIGN_INS)
    parser.add_argument(
        "--searched", type=int, default=SEARCHED, help="sign-ins that search the org, over HTTP"
    )
    parser.add_argument("--pairs", type=int, default=PAIRS, help="pairs the library judges too")
    parser.add_argument("--seed", type=int, default=1905)
    asked = parser.parse_args()
    began = time.monotonic()
    report: dict[str, object] = {"machine": machine()}
    with tempfile.TemporaryDirectory(prefix="bench-matching-") as folder:
        report |= measure(
            Path(folder), asked.contacts, asked.sign_ins, asked.searched, asked.pairs, seed=asked.seed
        )
    report["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(report, indent=2))


def measure(
    folder: Path, contacts: int, sign_ins: int, search: int, most_pairs: int, *, seed: int = 1905
) -> dict[str, Any]:
    """Give the decisions on every Contact, on those the search finds, and the library's on the same pairs."""
    with stage(f"matching: a town of {contacts} contacts"):
        town = crm_town(contacts, sign_ins, seed=seed)
        block = Block(town.records)
    found: dict[str, Any] = {"contacts": len(town.records), "sign_ins": len(town.cases), "seed": seed}
    with stage(f"matching: {sign_ins} sign-ins"):
        found["every_contact"] = decided(town, block)
    with stage(f"matching: {search} sign-ins through the org"):
        found["through_the_org"] = searched(town, town.cases[:search], folder)
    with stage(f"matching: {most_pairs} pairs, and the library's word on them"):
        tried = pairs(town, block, most_pairs)
        found["pairs"] = {"rules": graded(tried), "library": matching_library.judged(tried)}
    with stage("matching: FEBRL"):
        found["febrl_4"] = matching_febrl.measured()
    return found


def decided(town: CrmTown, block: Block) -> dict[str, object]:
    """Give the score of every sign-in of the town against every Contact it could mean."""
    score = Score(town)
    for case in town.cases:
        certified, usage = case.person.identity, case.person.certified_usage_name
        score.add(case, decide(certified, usage, block.around(certified, usage)))
    return score.report()


if __name__ == "__main__":
    main()
