"""Tests of the stores: one contract, which every implementation passes."""
