"""What people and apps can do: each function changes the world and emits the events."""
