"""The domain: who is here, what rooms there are, and who is told what. It sees no socket, SQL or wire format."""
