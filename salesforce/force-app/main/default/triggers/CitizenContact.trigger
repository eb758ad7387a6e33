/** A Contact that FranceConnect identified gets an Account before it is saved. */
trigger CitizenContact on Contact(before insert, before update) {
    CitizenAccounts.giveTo(Trigger.new);
}
