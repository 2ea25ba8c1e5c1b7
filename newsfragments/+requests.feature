Programs can make any request over HTTP: `POST /rooms/<room>/requests` takes one object of the NDJSON wire, and answers with its `ack`.
