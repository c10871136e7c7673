#!/usr/bin/env python3
"""Validation accuracy over minutes of training, of any number of runs: bench/curves.py NAME=METRICS.csv ... >docs/learning-curves.svg"""
import csv
import sys

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 400, 60, 20, 130, 50
COLOURS = ["#1f6fb4", "#d1652c", "#3a8f4d", "#7a4fa3", "#444444"]


def curve(path):
    minutes, points = 0.0, []
    with open(path) as file:
        for row in csv.DictReader(file):
            minutes += float(row["seconds"]) / 60
            points.append((minutes, 100 * float(row["validation_accuracy"])))
    return points


def main():
    curves = [(name, curve(path)) for name, path in (argument.split("=", 1) for argument in sys.argv[1:])]
    most = max(points[-1][0] for _, points in curves)
    low, high = 20, 75

    def place(minutes, accuracy):
        return (LEFT + minutes / most * (WIDTH - LEFT - RIGHT), TOP + (high - accuracy) / (high - low) * (HEIGHT - TOP - BOTTOM))

    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">')
    print(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>')
    for accuracy in range(low, high + 1, 10):
        x, y = place(0, accuracy)
        print(f'<path d="M{x:.0f} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/><text x="{x - 8:.0f}" y="{y + 4:.1f}" text-anchor="end">{accuracy} %</text>')
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if most / step <= 8)
    for minutes in range(0, int(most) + 1, step):
        x, y = place(minutes, low)
        print(f'<text x="{x:.1f}" y="{y + 18:.0f}" text-anchor="middle">{minutes}</text>')
    print(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">minutes of training on two cores</text>')
    for (name, points), colour in zip(curves, COLOURS):
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
        x, y = place(*points[-1])
        print(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        print(f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{colour}">{name} {points[-1][1]:.1f} %</text>')
    print("</svg>")


main()
