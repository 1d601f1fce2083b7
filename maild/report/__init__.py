"""How the desk has done: rows of figures, and their forms as text, CSV, one HTML page, and the weekly mail's values.

Shows what `store.reports` has added up; counts nothing itself.
"""
