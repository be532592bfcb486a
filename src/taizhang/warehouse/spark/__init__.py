"""What is Spark's own: functions of the expression language, the session, reading of segments. Needs the extra ``spark``."""
