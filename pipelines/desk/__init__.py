"""The desk on which drafts lie: who may decide, what is shown, what became of each."""
