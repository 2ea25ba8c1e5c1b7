`server:devices` lists the connections of your account and the devices that may come in again, and logs one of them out.
