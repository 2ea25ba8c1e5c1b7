The bundled client sends and fetches files: `/send [name] <file>` and `/get <number or link> [folder]`, with a bar, and again from where a lost connection or a killed client left off.
