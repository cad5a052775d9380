"""The templates of letters, made by a script so that all of them look alike."""
