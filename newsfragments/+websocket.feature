Pages reach the chat by WebSocket at `/ws`, in the JSON of programs; `--allow-origin` lists other sites whose pages may.
