"""The tables of the demo, each as its units would have filed it."""
