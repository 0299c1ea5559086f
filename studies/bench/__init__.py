"""`python -m studies.bench` (`make bench`): what the project costs, beside a floor or a peer in the same
run.
"""
