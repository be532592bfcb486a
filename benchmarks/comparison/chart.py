"""The chart of growth, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 360, 70, 50, 40, 30


def growth(points: Sequence[dict[str, Any]]) -> str:
    """Return seconds and peak memory of all rules by payments; the dashed line is what is linear from the smallest."""
    most = max(p["payments"] for p in points)
    high = max(max(p["seconds"] for p in points), points[0]["seconds"] / points[0]["payments"] * most) * 1.1

    def x(payments: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * payments / most

    def y(seconds: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * seconds / high

    line = " ".join(f"{x(p['payments']):.1f},{y(p['seconds']):.1f}" for p in points)
    straight = points[0]["seconds"] / points[0]["payments"]
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="14">All rules over a city: seconds by payments (dashed: linear from the smallest)</text>',
        f'<line x1="{LEFT}" y1="{HEIGHT - BOTTOM}" x2="{WIDTH - RIGHT}" y2="{HEIGHT - BOTTOM}" stroke="#333"/>',
        f'<line x1="{LEFT}" y1="{TOP}" x2="{LEFT}" y2="{HEIGHT - BOTTOM}" stroke="#333"/>',
        f'<line x1="{x(0):.1f}" y1="{y(0):.1f}" x2="{x(most):.1f}" y2="{y(straight * most):.1f}" stroke="#999" stroke-dasharray="5 4"/>',
        f'<polyline points="{line}" fill="none" stroke="#0b62a4" stroke-width="2"/>',
    ]
    for p in points:
        across, up = x(p["payments"]), y(p["seconds"])
        anchor = "end" if p is points[-1] else "start"
        out += [
            f'<circle cx="{across:.1f}" cy="{up:.1f}" r="4" fill="#0b62a4"/>',
            f'<text x="{across - 6 if anchor == "end" else across + 8:.1f}" y="{up - 8:.1f}" text-anchor="{anchor}">{p["seconds"]:.0f} s, {p["peak"] / 1000:.1f} GB</text>',
            f'<text x="{across:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{p["payments"] / 1e6:.1f} M</text>',
        ]
    out += [f'<text x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">payments</text>', "</svg>", ""]
    return "\n".join(out)
