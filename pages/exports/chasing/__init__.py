"""催报: who has not filed, in words for the chat, as a picture, as slips to print."""
