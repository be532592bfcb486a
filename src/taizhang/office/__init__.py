"""The web application that staff work in: it asks and shows, and holds no logic of its own.

Each folder is one area of the interface (its addresses, views and templates); ``navigation`` lists them; ``shared`` is what several need.
"""
