"""Functions that only queries may call, besides those of expressions: each engine writes them out in its folder of the warehouse."""

from __future__ import annotations

from taizhang.pack.expression_functions import BOOLEAN, DATE, OWN, SHARED, TEXT, WHOLE, Function

QUERY: dict[str, Function] = {
    f.name: f
    for f in (
        Function("month_start", (("month", "text"),), DATE),
        Function("month_end", (("month", "text"),), DATE),
        Function("day_of", (("date", "date"),), TEXT),
        Function("minutes_between", (("a", "date"), ("b", "date")), WHOLE),
        Function("id_valid", (("id_number", "text"),), BOOLEAN),
        Function("id_18", (("id_number", "text"),), TEXT),
        Function("card_valid", (("card", "text"),), BOOLEAN),
        Function("credit_code_valid", (("code", "text"),), BOOLEAN),
        Function("edit_distance", (("a", "text"), ("b", "text")), WHOLE),
        Function("part", (("text", "text"), ("from", "whole"), ("length", "whole")), TEXT),
        Function("joined", (("a", "text"), ("b", "text")), TEXT),
        Function("without_blanks", (("text", "text"),), TEXT),
        Function("plain_name", (("name", "text"),), TEXT),
        Function("contains", (("text", "text"), ("word", "text")), BOOLEAN),
        Function("shown", (("number", "number"),), TEXT),
        Function("whole_number", (("text", "text"),), WHOLE),
        Function("remainder", (("a", "whole"), ("b", "whole")), WHOLE),
    )
}
OWN_AGGREGATES = {"median": "number", "listed": "text"}  # what each is made of, and gives
VALUE_ON = "value_on"
AGGREGATES = ("count", "sum", "min", "max", *OWN_AGGREGATES)
WINDOWS = ("row_number", "lag", "lead")


def known_query_functions() -> str:
    """Return all names, for a fault's sentence."""
    return "、".join([*OWN, *SHARED, *QUERY, VALUE_ON, *AGGREGATES, *WINDOWS])
