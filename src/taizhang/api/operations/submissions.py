"""Submissions."""

from ninja import Router

router = Router()
