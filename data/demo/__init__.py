"""The demo: simulated reports of five real prefectures, never to pass for statistics."""
