; A command goes over several lines; what follows it on its last line is dropped.
