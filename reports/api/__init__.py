"""The ledger as plain files under stable addresses: `report/api/v1/`. JSON for programs, CSV for sheets, and
the maps that others read in their own forms.
"""
