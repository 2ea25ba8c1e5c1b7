Pages reach the chat by WebSocket at `/ws`, in the JSON that programs speak; `--allow-origin` lists the sites whose pages may.
