mail-subject = Er staat iets voor u klaar
mail-body =
    Er staat iets voor u klaar.
    Ga zelf naar { $address } en meld u aan.
mail-phone = Liever bellen? { $phone }
menu-outbox = Berichten
outbox-note = Dit zijn de berichten van uw bureau: dat er iets klaarstaat, nooit wat. Berichten aan nabestaanden staan hier niet.
outbox-caption = De laatste honderd berichten
written-at = Geschreven
mail-waiting = Wacht
mail-sent = Verstuurd
mail-held = Vastgehouden: er is geen mailserver ingesteld
mail-failed = Niet aangekomen
mail-page_only = Alleen op de pagina
send-again = Opnieuw aanbieden
role-WK = vanzelf
problem-message-gone = Dit bericht wacht nog of is al verstuurd.
