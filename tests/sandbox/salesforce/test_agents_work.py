"""Two people write in the stand-in: the integration, and an agent of the town."""

from __future__ import annotations

from tests.servers.org import StandInOrg, serving_org


def test_a_change_bears_the_name_of_who_made_it() -> None:
    """What the integration wrote and what an agent changed are told apart, as by the platform."""
    with serving_org() as org:
        case_id = org.add("Case", Subject="Clôture", Source_Key__c="urbanisme:1")
        org.edit("Case", case_id, Subject="Portail")
        (row,) = org.records("SELECT CreatedById, LastModifiedById FROM Case")
        assert row["CreatedById"] != row["LastModifiedById"]
        (agent,) = org.records(f"SELECT Name FROM User WHERE Id = '{row['LastModifiedById']}'")
        assert agent["Name"] == "Agent Municipal"
        org.delete("Case", case_id)
        assert org.records("SELECT Id FROM Case") == []


def test_records_are_walked_in_order_of_their_ids() -> None:
    """`Id > …` continues where a page ended, as clients that read whole tables rely on."""
    with serving_org() as org:
        ids = sorted(org.add("Case", Subject=f"{number}") for number in range(3))
        walked = walk(org, ids[0])
        assert walked == ids[1:]


def walk(org: StandInOrg, after: str) -> list[str]:
    """Give the ids after one."""
    return [row["Id"] for row in org.records(f"SELECT Id FROM Case WHERE Id > '{after}' ORDER BY Id")]
