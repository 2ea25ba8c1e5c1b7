The web page notifies you of mentions and of messages to you alone while you look elsewhere, with a tone if you like; both are off until you turn them on in the settings.
