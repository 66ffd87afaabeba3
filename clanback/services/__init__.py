"""The clan services we know: their interfaces and what they plan."""
