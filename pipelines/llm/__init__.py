"""Language models behind one small interface: none, scripted, local, and every OpenAI-compatible server."""
