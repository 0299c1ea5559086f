"""Answers by name: what a model costs, how far behind it was, which models there are. From Python as from
the command line:

    from reports.answers import price
    price("gpt-5.5", on=date(2026, 5, 10))        # a frame, one row a price; frame.attrs["units"]
"""

from reports.answers.lags import lag
from reports.answers.names import UnknownNameError, find, model_called
from reports.answers.prices import cost, price
from reports.answers.published import read

__all__ = ["UnknownNameError", "cost", "find", "lag", "model_called", "price", "read"]
