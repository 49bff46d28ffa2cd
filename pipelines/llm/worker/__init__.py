"""The model process: llama.cpp by its low-level interface, behind an OpenAI-compatible server of its own."""
