# Vlak zekere vertalingen; de rest valt terug op het Nederlands.
