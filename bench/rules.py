"""Prints for every rule: one edit lies between its examples, and without the rule nothing is found.

``python bench/rules.py`` ends with 1 when a rule does not hold.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.core.rules import RULES, Subject
from bot.core.rules.examples import edits_between, faults_of


def main() -> int:
    """Print one line a rule, and how many hold."""
    failed = 0
    print(f"{'rule':34} {'edits':>5} {'good':>5} {'bad':>5} {'bad without the rule':>21}")
    for rule in RULES:
        name = f"{rule.code} {rule.name}"
        edits = edits_between(rule)
        if rule.subject is Subject.GATE:
            print(f"{name:34} {edits:5}   raised by the gate alone: tests/core/rules prove it there")
            failed += edits != 1
            continue
        good, bad = len(faults_of(rule, rule.good)), len(faults_of(rule, rule.bad))
        without = len(faults_of(rule, rule.bad, [one for one in RULES if one is not rule]))
        holds = edits == 1 and good == 0 and bad > 0 and without == 0
        failed += not holds
        print(f"{name:34} {edits:5} {good:5} {bad:5} {without:21} {'' if holds else '  DOES NOT HOLD'}")
    print(f"{len(RULES) - failed} of {len(RULES)} rules hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
