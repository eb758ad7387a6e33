"""What a mapping may write of a case."""

from __future__ import annotations

from bridge.domain.case import Case


def case_values(case: Case) -> dict[str, object]:
    """Give the values of a case under the names `mappings/salesforce/case.yaml` uses; moments in UTC."""
    content, status = case.content, case.content.status
    return {
        "external_id": content.key.external_id,
        "source": content.key.source,
        "reference": content.references[0].value if content.references else None,
        "procedure": content.procedure,
        "title": content.title,
        "status.phase": status.phase.value,
        "status.outcome": status.outcome.value if status.outcome else None,
        "status.waiting_for": status.waiting_for.value,
        "status.tacit": status.tacit,
        "status.since": status.since.at if status.since else None,
        "status.legacy_code": status.legacy_code,
        "status.legacy_label": status.legacy_label,
        "public_note": content.public_note,
        "next.due_on": content.next_step.due_on if content.next_step else None,
        "mapping_version": status.mapping_version,
        "version": case.version,
        "observed_at": case.observed_at,
        "no_longer_reported_at": case.no_longer_reported_at,
        "contact_id": case.contact_id,
    }
