"""The writers of the briefing: screen, slides, document and workbook."""
