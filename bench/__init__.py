"""Benchmarks: programs that measure speed on this machine."""
