#!/usr/bin/env python3
"""Accuracy over the number of workers: bench/averaging_plot.py NAME=WORKERS:ACCURACY,... ... >docs/averaging.svg"""
import math
import sys

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 340, 60, 20, 230, 50
COLOURS = ["#1f6fb4", "#d1652c", "#3a8f4d", "#7a4fa3", "#444444"]
LOW, HIGH = 54, 66


def points(text):
    return [(int(workers), 100 * float(accuracy)) for workers, accuracy in (point.split(":") for point in text.split(","))]


def main():
    series = [(name, points(text)) for name, text in (argument.split("=", 1) for argument in sys.argv[1:])]
    most = max(math.log2(workers) for _, line in series for workers, _ in line)

    def place(workers, accuracy):
        return (LEFT + 20 + math.log2(workers) / most * (WIDTH - LEFT - RIGHT - 20),
                TOP + (HIGH - accuracy) / (HIGH - LOW) * (HEIGHT - TOP - BOTTOM))

    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">')
    print(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>')
    for accuracy in range(LOW, HIGH + 1, 2):
        _, y = place(1, accuracy)
        print(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/><text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{accuracy} %</text>')
    for workers in sorted({workers for _, line in series for workers, _ in line}):
        x, _ = place(workers, LOW)
        print(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{workers}</text>')
    print(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">workers</text>')
    for (name, line), colour in zip(series, COLOURS):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in line))
        x, y = place(*line[-1])
        print(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for point in line:
            cx, cy = place(*point)
            print(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="3.5" fill="{colour}"/>')
        print(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{name}</text>')
    print("</svg>")


main()
