"""The command line: arguments and output, nothing else."""
