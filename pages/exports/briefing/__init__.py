"""The briefing: one content, told on the screen, in slides, in a document and in a workbook."""
