A guest gets a token, too, with which the name is theirs again while their lost connection still hangs; the bundled client uses it.
