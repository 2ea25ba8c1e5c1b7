"""The five systems this server replaces, each as a transcript that must keep working."""
