# Solamente loke ta sigur; e resto ta na hulandes.
save-next = Warda i sigui
questions = Bo preguntanan
send = Manda
