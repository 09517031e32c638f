"""Verdicts on versions and pull requests, and what they hold back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from people import ANN, BOB, DIGITS

from jupyter_hubcollab import wire
from jupyter_hubcollab.errors import AccessDenied, BadInput, GateNotPassed, RefIsProtected
from jupyter_hubcollab.hub.protection import Rule
from jupyter_hubcollab.hub.pulls import Proposal
from jupyter_hubcollab.models.gates.opening import open_gates
from jupyter_hubcollab.names import Revision

from .conftest import Bench

GOOD = "protected: [champion]\nlicenses: [mit]\nmetrics: {accuracy: {min: 0.9, no_worse_than: champion, by: 0.005}}\n"


def test_a_version_is_judged_as_soon_as_it_is_published(bench: Bench) -> None:
    """Whoever publishes need ask for nothing: the verdict comes by itself, check by check."""
    bench.rules(GOOD)

    made = bench.publish(license="mit", metrics={"accuracy": 0.95})

    run = bench.ended(tag=made.tag)
    assert run.state == "passed", run
    states = {one.name: one.state for one in run.checks}
    assert states["license"] == "passed"
    assert [one.state for one in run.checks if one.name == "card: accuracy"] == ["passed", "skipped"]


def test_what_did_not_pass_is_not_promoted(bench: Bench) -> None:
    """A protected alias leads to no version that misses its gates, and the error says what is missed."""
    bench.rules(GOOD)
    made = bench.publish(license="mit", metrics={"accuracy": 0.4})
    bench.ended(tag=made.tag)

    with pytest.raises(GateNotPassed, match="card: accuracy"):
        bench.models.aliases.set(ANN, DIGITS, "champion", made.tag)

    assert bench.models.aliases.all(ANN, DIGITS) == {}
    bench.models.aliases.set(ANN, DIGITS, "candidate", made.tag)


def test_a_worse_version_does_not_replace_the_champion(bench: Bench) -> None:
    """What is worse than the alias by more than is allowed fails; what is hardly worse passes."""
    bench.rules(GOOD)
    first = bench.publish(license="mit", metrics={"accuracy": 0.97})
    bench.ended(tag=first.tag)
    bench.models.aliases.set(ANN, DIGITS, "champion", first.tag)

    hardly, clearly = (bench.publish(license="mit", metrics={"accuracy": value}) for value in (0.966, 0.93))

    assert bench.ended(tag=hardly.tag).state == "passed"
    run = bench.ended(tag=clearly.tag)
    assert run.state == "failed"
    assert "champion has 0.97" in next(one.why for one in run.checks if one.state == "failed")


def test_a_champion_that_nobody_measured_is_measured_now(bench: Bench) -> None:
    """Rules that come later compare with the champion all the same, by the same program."""
    first = bench.publish({"score.json": b"0.9"})
    bench.models.aliases.set(ANN, DIGITS, "champion", first.tag)
    rules = (
        "environment: server\nevaluations: [{name: own, python: own.py, metrics: {f1: {no_worse_than: champion}}}]\n"
    )
    script = "import json\nmetrics = {'f1': json.loads((model_path / 'score.json').read_text())}\n"
    bench.rules(rules, **{"own.py": script})

    second = bench.publish({"score.json": b"0.8"})

    (check,) = bench.ended(tag=second.tag).checks
    assert (check.state, check.value) == ("failed", "0.8")
    assert "champion has 0.9" in check.why
    newest = bench.models.versions.list(ANN, DIGITS)[0]
    assert [(one.name, one.value, one.dataset, one.source) for one in newest.metrics] == [
        ("f1", 0.8, "own", "evaluation")
    ]


@pytest.mark.parametrize(
    ("text", "why"), [("#" * (5 << 20), "more than 64 KiB"), ("card: &a [*a]", "more than rules can")]
)
def test_a_file_that_cannot_be_rules_is_named_and_opens_no_door(bench: Bench, text: str, why: str) -> None:
    """Whatever somebody puts there, the page says what is wrong, and the aliases stay protected."""
    bench.rules(GOOD)
    bench.rules(text)

    made = bench.publish(license="mit", metrics={"accuracy": 0.95})

    (check,) = bench.ended(tag=made.tag).checks
    assert (check.kind, check.state, why in check.why) == ("rules", "failed", True)
    assert why in bench.gates.page(BOB, DIGITS).mistakes[0].why
    with pytest.raises(GateNotPassed, match=why):
        bench.models.aliases.set(ANN, DIGITS, "champion", made.tag)


def test_only_an_admin_overrides_and_says_why(bench: Bench) -> None:
    """The reason stays in the history of the alias; others are refused."""
    bench.rules(GOOD)
    made = bench.publish(license="mit", metrics={"accuracy": 0.4})
    bench.ended(tag=made.tag)

    with pytest.raises(AccessDenied):
        bench.models.aliases.set(BOB, DIGITS, "champion", made.tag, reason="I like it")
    bench.models.aliases.set(ANN, DIGITS, "champion", made.tag, reason="the old one is on fire")

    (move,) = bench.models.aliases.moves(ANN, DIGITS)
    assert (move.to_tag, move.by, move.reason) == (made.tag, "ann", "the old one is on fire")
    with pytest.raises(AccessDenied):
        bench.models.aliases.delete(BOB, DIGITS, "champion")


def test_a_verdict_by_older_rules_does_not_count(bench: Bench) -> None:
    """When the rules change, the newest version is judged again, and the old verdict opens no door."""
    bench.rules(GOOD)
    made = bench.publish(license="mit", metrics={"accuracy": 0.95})
    bench.ended(tag=made.tag)
    bench.heard.forget()

    bench.rules(GOOD.replace("0.9,", "0.96,"))

    assert bench.ended(tag=made.tag).state == "failed"
    old = bench.gates.page(ANN, DIGITS).runs[-1]
    assert (old.state, old.is_current) == ("passed", False)
    with pytest.raises(GateNotPassed):
        bench.models.aliases.set(ANN, DIGITS, "champion", made.tag)


def test_nobody_goes_around_a_protected_alias_by_a_ref(bench: Bench) -> None:
    """No branch or tag takes its name, and the version to which it leads stays where it is."""
    bench.rules(GOOD)
    made = bench.publish(license="mit", metrics={"accuracy": 0.95})
    bench.ended(tag=made.tag)
    bench.models.aliases.set(ANN, DIGITS, "champion", made.tag)

    for bypass in (
        lambda: bench.hub.refs.create_branch(ANN, DIGITS, "champion"),
        lambda: bench.hub.refs.create_tag(ANN, DIGITS, "champion", Revision("main")),
        lambda: bench.hub.refs.delete_tag(ANN, DIGITS, made.tag),
    ):
        with pytest.raises(RefIsProtected):
            bypass()


def test_a_pull_request_that_fails_is_not_merged(bench: Bench) -> None:
    """A protected branch takes commits that pass by the rules of the branch, not by their own."""
    bench.rules("card: [license]\n")
    bench.hub.protection.protect(ANN, DIGITS, Rule("branch", "main", "write"))
    pulls = bench.hub.social.pulls
    bench.hub.refs.create_branch(ANN, DIGITS, "try")
    bench.put({"hubcollab.yaml": "card: []\n"}, branch=Revision("try"))

    pull = pulls.open(ANN, DIGITS, Proposal("Be lenient", "", start=Revision("try")))

    assert bench.ended(pull=pull.number).state == "failed"
    with pytest.raises(GateNotPassed, match="card: license"):
        pulls.merge(ANN, DIGITS, pull.number)
    bench.heard.forget()
    bench.put({"README.md": "---\nlicense: mit\n---\n"}, branch=Revision(f"refs/pr/{pull.number}"))
    assert bench.ended(pull=pull.number).state == "passed"
    assert pulls.merge(ANN, DIGITS, pull.number).status == "merged"


def test_what_a_stranger_proposes_waits_for_somebody_who_may_write(bench: Bench) -> None:
    """The programs of a pull request run on the server: its author alone cannot make them run."""
    bench.rules("card: []\n")
    bench.hub.repos.set_gated(ANN, DIGITS, "auto")
    bench.hub.gates.ask(BOB, DIGITS)
    pull = bench.hub.social.pulls.open(BOB, DIGITS, Proposal("Run this", "", start=Revision("main")))

    (run,) = bench.gates.page(ANN, DIGITS, pull=pull.number).runs
    assert run.state == "waiting"
    with pytest.raises(AccessDenied):
        bench.gates.start(BOB, DIGITS, wire.GateAsked(pull=pull.number))
    bench.gates.start(ANN, DIGITS, wire.GateAsked(pull=pull.number))

    assert bench.ended(pull=pull.number).state == "passed"


def test_mistakes_in_the_rules_are_shown_and_block(bench: Bench) -> None:
    """A broken file protects what was protected before, and says which line to mend."""
    bench.rules(GOOD)
    bench.rules("protected: [champion]\nlicences: [mit]\n")
    made = bench.publish(license="mit")

    page = bench.gates.page(ANN, DIGITS)

    assert [(one.line, one.key) for one in page.mistakes] == [(2, "licences")]
    assert bench.ended(tag=made.tag).state == "failed"
    with pytest.raises(GateNotPassed, match="line 2"):
        bench.models.aliases.set(ANN, DIGITS, "champion", made.tag)


def test_a_model_without_rules_has_no_gates(bench: Bench) -> None:
    """Nothing runs and nothing is held back where nobody asked for it."""
    made = bench.publish()

    bench.models.aliases.set(ANN, DIGITS, "champion", made.tag)

    assert not bench.gates.page(ANN, DIGITS).has_rules
    with pytest.raises(BadInput, match=r"hubcollab\.yaml"):
        bench.gates.start(ANN, DIGITS, wire.GateAsked(revision=made.tag))


WAITING = "environment: server\nevaluations: [{name: slow, python: slow.py}]\n"
SLOW = "import signal\nsignal.pause()\n"


def begun(bench: Bench, tag: str) -> wire.GateRun:
    """A run whose program has begun."""
    run = bench.heard.wait(lambda one: getattr(one, "run", None) and one.run.detail == "evaluation slow").run
    assert run.tag == tag
    return run


def test_a_run_is_followed_and_cancelled(bench: Bench) -> None:
    """Its log can be read while it runs, and it ends when somebody says so."""
    bench.rules(WAITING, **{"slow.py": SLOW})
    made = bench.publish()
    run = begun(bench, made.tag)

    log = bench.gates.log(ANN, DIGITS, run.id, 0)
    bench.gates.cancel(ANN, DIGITS, run.id)

    assert bench.ended(tag=made.tag).state == "cancelled"
    assert log.text.startswith("environment: the server's own")
    assert log.text not in bench.gates.log(ANN, DIGITS, run.id, log.next).text


def test_a_run_that_a_restart_cut_off_begins_again(bench: Bench, tmp_path: Path) -> None:
    """A server that stops takes its runs up again when it is back; what is cut off again and again is given up."""
    bench.rules(WAITING, **{"slow.py": SLOW})
    made = bench.publish()
    run = begun(bench, made.tag)
    bench.gates.close()
    assert bench.gates.page(ANN, DIGITS).runs[0].state == "queued"
    bench.rules("card: []\n")
    orphan = tmp_path / "gates/logs/abc.txt"
    orphan.write_text("of a repo that is gone")

    again = open_gates(bench.hub, bench.models, tmp_path / "gates", dict(os.environ))

    ended = bench.ended(tag=made.tag)
    again.close()
    assert (ended.id, ended.state) == (run.id, "passed")
    assert not orphan.exists()
