`POST /session` gives a browser, for a ticket, a cookie that is good for files alone.
