"""Who may choose what, as a table."""

from __future__ import annotations

import pytest

from pipelines.policy.configuring import ADMINS_ONLY, CREATOR, MEMBERS, SELF, Asker, Configurers, why_not
from storage.preferences import Scope

PERSON, CREATES, JOINED = Asker(user="U1"), Asker(user="U1", is_creator=True), Asker(user="U1", is_member=True)
ADMIN = Asker(user="U1", is_admin=True)
GUEST = Asker(user="U1", is_member=True, is_creator=True, is_full=False)
FOREIGN_ADMIN = Asker(user="U1", is_admin=True, is_full=False)


@pytest.mark.parametrize(
    ("scope", "subject", "asker", "policy", "why"),
    [
        ("person", "U1", PERSON, "creators", ""),
        ("person", "U2", ADMIN, "creators", SELF),
        ("person", "U1", GUEST, "admins", ""),
        ("channel", "C1", PERSON, "creators", CREATOR),
        ("channel", "C1", JOINED, "creators", CREATOR),
        ("channel", "C1", CREATES, "creators", ""),
        ("channel", "C1", ADMIN, "creators", ""),
        ("channel", "C1", JOINED, "members", ""),
        ("channel", "C1", PERSON, "members", MEMBERS),
        ("channel", "C1", CREATES, "admins", ADMINS_ONLY),
        ("channel", "C1", GUEST, "members", ADMINS_ONLY),
        ("channel", "C1", FOREIGN_ADMIN, "creators", ADMINS_ONLY),
        ("workspace", "", CREATES, "members", ADMINS_ONLY),
        ("workspace", "", ADMIN, "admins", ""),
    ],
)
def test_who_may_choose(scope: Scope, subject: str, asker: Asker, policy: Configurers, why: str) -> None:
    assert why_not(scope, subject, asker, policy=policy) == why


def test_an_approver_may_choose_everything_but_for_others() -> None:
    approvers = frozenset({"U1"})
    assert why_not("workspace", "", PERSON, approvers=approvers) == ""
    assert why_not("channel", "C1", PERSON, policy="admins", approvers=approvers) == ""
    assert why_not("person", "U2", PERSON, approvers=approvers) == SELF
