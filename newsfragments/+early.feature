Over HTTP a request is refused before its body is read, where its head is enough for that, and `Expect: 100-continue`
is answered only when the request was accepted.
