"""A plugin of pytest: Hypothesis tries the same examples on every mutant, and does not look for the smallest one."""

from hypothesis import Phase, settings

settings.register_profile(
    "mutants", phases=(Phase.explicit, Phase.generate), derandomize=True, database=None, deadline=None
)
settings.load_profile("mutants")
