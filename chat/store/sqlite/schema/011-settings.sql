-- What people set for themselves, as JSON: the fields of PersonalSettings (chat/personal.py) that are not the usual ones.
CREATE TABLE settings (
    name_key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
