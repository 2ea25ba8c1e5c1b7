`python -m chat.admin`: backup, verify, restore, export, import, users, invite, passwd and retention, on a live server where possible.
