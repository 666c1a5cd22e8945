"""Every colour, size, font and number format of the product, in one place."""
