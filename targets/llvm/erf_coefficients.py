#!/usr/bin/env python3
"""Prints the tables of emit_math.c for erf: Chebyshev interpolation, written out as powers of t in [-1, 1], lowest first.

near: erf(x) / x           for 0 <= x <= 1, t = 2 x^2 - 1
far:  exp(x^2) * erfc(x)   for 1 <= x <= 6, t = (12 (x - 2) / (x + 2) - 1) / 5
"""
from fractions import Fraction
from math import cos, erf, erfc, exp, pi, sqrt


def powers(function, degree):
    n = degree + 1
    at = [cos(pi * (k + 0.5) / n) for k in range(n)]
    values = [function(t) for t in at]
    total, previous, current = [Fraction(0)] * n, [Fraction(1)], [Fraction(0), Fraction(1)]
    for j in range(n):  # total += c_j T_j
        c = sum(v * cos(pi * j * (k + 0.5) / n) for k, v in enumerate(values)) * (1 if j == 0 else 2) / n
        for i, p in enumerate(previous):
            total[i] += Fraction(c) * p
        following = [Fraction(0)] + [2 * p for p in current]
        for i, p in enumerate(previous):
            following[i] -= p
        previous, current = current, following
    return [float(c) for c in total]


def near(t):
    x = sqrt((t + 1) / 2)
    return erf(x) / x


def far(t):
    u = (5 * t + 1) / 12
    x = 2 * (1 + u) / (1 - u)
    return exp(x * x) * erfc(x)


for name, function, degree in (("near", near, 11), ("far", far, 16)):
    print("static const double erf_%s[] = {%s};" % (name, ", ".join(c.hex() for c in powers(function, degree))))
