"""The equations that an author wrote, read and evaluated side by side."""
