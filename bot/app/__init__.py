"""The composition root: the only room that knows everybody.

``shop`` needs no network library (ask, check, chat, eval); ``commands`` holds what staff run by hand; ``server`` adds
the network. Nothing else wires.
"""
