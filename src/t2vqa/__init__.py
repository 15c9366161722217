"""Answers with checkable citations over a folder of research."""
