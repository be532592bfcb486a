"""The model of linkage: weights for each field and level, thresholds, and how names are written and heard; all of it data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from taizhang.errors import TaizhangError
from taizhang.pack.yaml_lines import read_documents

SHIPPED = Path(__file__).parents[2] / "packs" / "township" / "linkage"
CONTEXTS = ("number", "household", "elsewhere")
LEVELS: dict[str, tuple[str, ...]] = {
    "number": (
        *("same", "same_unproven", "one_slip", "two_slips", "cut", "head", "different"),
        *("two_valid_near", "two_valid_slips", "two_valid", "same_other", "missing"),
    ),
    "name": (
        *("same", "variant", "homophone", "heard_alike", "middle_differs", "last_differs", "one_of_two", "shortened", "turned"),
        *("given_same", "given_one", "surname", "different", "missing"),
    ),
    "born": ("same", "turned", "lunar", "one_part", "year", "different", "missing"),
    "born_beside": ("same", "turned", "lunar", "one_part", "year", "different", "missing"),
    "sex": ("same", "different", "missing"),
    "village": ("same", "different", "missing"),
    "household": ("same", "maiden", "different", "missing"),
}
FIELDS = ("number", "name", "born", "sex", "village", "household")
"""The fields of a link; ``born_beside`` is the weight of ``born`` where the numbers are nearly the same, which says most of it already."""


@dataclass(frozen=True)
class Model:
    """Weights in bits (log2 of how much likelier a level is for the same person than for two), and what is decided by their sum.

    ``start`` is the weight before anything is compared, by context, for lists of which the share ``overlap`` of the shorter one is in the other; ``weights`` go context, field, level. ``stages`` name what a link rests on,
    the first that fits; ``person_only`` are levels with which a pair is never linked without a person.
    """

    same: float
    person: float
    margin: float
    slope: float
    offset: float
    overlap: float
    population_at_least: int
    block_at_most: int
    start: Mapping[str, float]
    weights: Mapping[str, Mapping[str, Mapping[str, float]]]
    stages: tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...]
    person_only: tuple[Mapping[str, tuple[str, ...]], ...]
    names: Mapping[str, Any]

    @classmethod
    def from_data(cls, data: Mapping[str, Any], names: Mapping[str, Any]) -> Model:
        """Build a model from the plain data of ``model.yaml`` and ``names.yaml``.

        Raises ``TaizhangError`` when a weight is missing or a level unknown.
        """
        try:
            weights = {c: {f: {k: float(v) for k, v in levels.items()} for f, levels in data["weights"][c].items()} for c in CONTEXTS}
            limits = data["thresholds"]
            model = cls(
                same=float(limits["same"]),
                person=float(limits["person"]),
                margin=float(limits["margin"]),
                slope=float(data["calibration"]["slope"]),
                offset=float(data["calibration"]["offset"]),
                overlap=float(data["overlap"]),
                population_at_least=int(data["population_at_least"]),
                block_at_most=int(data["block_at_most"]),
                start={c: float(data["start"][c]) for c in CONTEXTS},
                weights=weights,
                stages=tuple((s["stage"], _condition(s["when"])) for s in data["stages"]),
                person_only=tuple(_condition(c) for c in data["person_only"]),
                names=names,
            )
        except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise TaizhangError("linkage.model_wrong", reason=repr(error)) from error
        for context in CONTEXTS:
            for field, levels in LEVELS.items():
                wrong = set(levels) ^ set(weights[context].get(field, {}))
                if wrong:
                    raise TaizhangError("linkage.model_wrong", reason=f"{context}.{field}: {'、'.join(sorted(wrong))}")
        return model


def _condition(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    condition = {field: tuple(levels) for field, levels in data.items()}
    for field, levels in condition.items():
        if field not in FIELDS or not set(levels) <= set(LEVELS[field]):
            raise ValueError(f"{field}: {'、'.join(levels)}")
    return condition


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """Return the model that ships with the pack."""
    return load_model(SHIPPED)


def load_model(folder: Path) -> Model:
    """Read ``model.yaml`` and ``names.yaml`` of a folder.

    Raises ``TaizhangError`` when they cannot be used.
    """
    return Model.from_data(_read(folder / "model.yaml"), _read(folder / "names.yaml"))


def _read(path: Path) -> dict[str, Any]:
    faults: list[Any] = []
    nodes = list(read_documents(path, path.name, faults))
    if faults or len(nodes) != 1:
        raise TaizhangError("linkage.model_wrong", reason=faults[0].message if faults else path.name)
    plain = nodes[0].plain()
    if not isinstance(plain, dict):
        raise TaizhangError("linkage.model_wrong", reason=path.name)
    return plain


def probability(model: Model, weight: Decimal) -> Decimal:
    """Return how likely a pair of this weight is the same person, to four places, as far as the calibration goes."""
    bits = model.slope * float(weight) + model.offset
    return Decimal(1 / (1 + 2 ** -max(-60.0, min(60.0, bits)))).quantize(Decimal("0.0001"))
