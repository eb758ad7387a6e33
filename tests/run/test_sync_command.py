"""What `bridge sync` says to the person who has to decide."""

from __future__ import annotations

from click.testing import CliRunner

from bridge.domain.synchronisation import SyncSummary
from bridge.usecases.push_cases import PushSummary
from run.commands.sync import SyncReport, summary_table, sync


def test_a_doubtful_volume_is_said_with_its_numbers_and_what_to_do() -> None:
    """The person reads which numbers were compared, in both languages, and the command that accepts them."""
    doubted = SyncSummary("urbanisme", read=6, error_code="source.volume", reported=6, expected=10)
    told = summary_table(SyncReport((doubted,), PushSummary(), 0))
    assert "nomme 6 demandes sur 10 connues" in told
    assert "names 6 cases of 10 known" in told
    assert "bridge sync urbanisme --accept-volume 6" in told


def test_a_sound_run_says_nothing_of_volumes() -> None:
    """Numbers to compare are for whoever has to."""
    sound = SyncSummary("urbanisme", read=10, reported=10, expected=10)
    assert "accept-volume" not in summary_table(SyncReport((sound,), PushSummary(), 0))


def test_a_volume_is_accepted_for_one_source() -> None:
    """Nobody accepts for all sources what they saw of one."""
    refused = CliRunner().invoke(sync, ["--accept-volume", "6"])
    assert refused.exit_code == 2
    assert "of one SOURCE" in refused.output
