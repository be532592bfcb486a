"""Who signs in sees what her role shows."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client


def test_who_is_not_signed_in_is_asked_to(sqlite_workspace: object) -> None:
    answer = Client().get("/ledgers/")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/ledgers/"


def test_a_clerk_sees_no_findings_and_an_inspector_does(client_of: Callable[..., Client]) -> None:
    clerk = client_of("village_clerk", "990128105202").get("/ledgers/").content.decode()
    inspector = client_of("inspector", "990128105", "纪委").get("/ledgers/").content.decode()
    assert "户籍" in clerk
    assert "户籍" in inspector
    assert "疑点" not in clerk
    assert "疑点" in inspector
