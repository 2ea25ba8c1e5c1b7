A guest gets a token, too, which gives the name back while the lost connection still hangs; the bundled client uses it.
