"""Who stands at the door, who may come in, and what whoever may not is told."""
