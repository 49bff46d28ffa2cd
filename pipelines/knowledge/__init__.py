"""What is known of repositories: passages of code, docs and history, found, ranked, cited and checked."""
