"""What runs inside a machine of the demo, alone: copied there, never imported."""
