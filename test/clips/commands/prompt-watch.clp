; Watching at the prompt: traces come before the value.
