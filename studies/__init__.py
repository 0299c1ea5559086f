"""Studies of the method: does an interval cover what it says, and what does a rule do on recorded data? Each
is one command (`python -m studies.worlds --home HOME`); none is installed.
"""
