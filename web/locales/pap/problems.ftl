# Vlak zekere vertalingen; de rest valt terug op het Nederlands. For a native reader to look through: all of this file.
fault-required = Yena esaki.
fault-not-an-option = Skohe un di e opshonnan.
