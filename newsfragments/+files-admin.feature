`chat-admin files` lists, deletes and checks the files that people have sent; backups, restores, exports and imports take them along.
