"""What is measured by hand: accuracy, coverage, speed, and proofs over a home. `python -m studies.NAME
--help`.
"""
