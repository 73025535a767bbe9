# Solamente loke ta sigur; e resto ta na hulandes.
save-next = Warda i sigui
who-saw = Ken a mira esaki?
questions = Bo preguntanan
send = Manda
