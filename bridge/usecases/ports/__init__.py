"""What the use cases need from the outside; each adapter bears the name of its port."""

from bridge.usecases.ports.outside import (
    Bell,
    CaseDirectory,
    Clock,
    CodeSender,
    ContactDirectory,
    IdentityProvider,
    Pseudonyms,
    SourceReader,
    Vault,
)
from bridge.usecases.ports.people import AgentSessions, Links, Reviews
from bridge.usecases.ports.possession import Proofs, Receipts
from bridge.usecases.ports.store import (
    Audit,
    Cases,
    Intake,
    Pushes,
    SignIns,
    Store,
    Transaction,
)
from bridge.usecases.ports.values import (
    AuditEntry,
    CaseAnswer,
    CaseChange,
    CaseFilter,
    Identified,
    Session,
    SignInStart,
)

__all__ = [
    "AgentSessions",
    "Audit",
    "AuditEntry",
    "Bell",
    "CaseAnswer",
    "CaseChange",
    "CaseDirectory",
    "CaseFilter",
    "Cases",
    "Clock",
    "CodeSender",
    "ContactDirectory",
    "Identified",
    "IdentityProvider",
    "Intake",
    "Links",
    "Proofs",
    "Pseudonyms",
    "Pushes",
    "Receipts",
    "Reviews",
    "Session",
    "SignInStart",
    "SignIns",
    "SourceReader",
    "Store",
    "Transaction",
    "Vault",
]
