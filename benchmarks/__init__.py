"""Loge and its peers under the same load, in one run on one machine: `python -m benchmarks`.

Rates move with the machine; the ratios between two servers that were measured in one run hardly do, so only these
count.
"""
