"""Small pictures as inline SVG with HTML labels: no script, no font, no picture file, readable on a phone.

in: numbers; out: markup, escaped; why: a report has to open from a disk in ten years.
"""
