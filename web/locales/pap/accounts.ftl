# Solamente loke ta sigur; e resto ta na hulandes.
next = Sigui
talk = Papia ku un hende
