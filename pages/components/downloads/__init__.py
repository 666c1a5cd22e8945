"""The parts of the page where data are taken away."""
