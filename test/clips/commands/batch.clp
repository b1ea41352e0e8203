; batch takes commands from a file as if they were typed.
