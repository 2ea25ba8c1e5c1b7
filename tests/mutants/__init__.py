"""Small faults are put into the core, one at a time, and the tests of each module are run on them: do they notice?"""
