"""Fairness of scoring: figures that end in a decision of who is read again, never in new points.

Every module is a door of its own, since most of them load scipy. What all of them say is a value:
a figure with its interval and n, or `Few` where the data do not reach, with a sentence.
"""
