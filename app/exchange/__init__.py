"""Federal forms and registers: XLSX and CSV bytes <-> records."""
