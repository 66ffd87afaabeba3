"""What every machine will do: the model and its JSON."""
