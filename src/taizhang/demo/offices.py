"""Who sits in which office of the town, and who holds which post in a village."""

from __future__ import annotations

from taizhang.demo.numbers import read_targets
from taizhang.demo.people import Person, Village
from taizhang.demo.town import Town


def town_posts(town: Town) -> list[tuple[Person, str, str, str]]:
    """Return (person, unit, post, kind of employment) of every cadre of the town itself."""
    posts = read_targets("20_town_posts")["town"]
    return [(person, e["unit"], e["post"], e["kind"]) for person, e in zip(town.town_cadres, posts, strict=True)]


def staff(town: Town, unit: str) -> list[Person]:
    """Return the people of an office, its head first."""
    return [person for person, of, _, _ in town_posts(town) if of == unit]


def village_posts(town: Town, village: Village) -> dict[str, Person]:
    """Return post → person of a village's cadres."""
    posts = read_targets("20_town_posts")["village"]
    return dict(zip(posts, [p for p in town.village_cadres if p.village is village], strict=False))
