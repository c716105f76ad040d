"""texgrad: matrix gradients derived inside the posts that ask for them."""

__version__ = "0.1.0"
