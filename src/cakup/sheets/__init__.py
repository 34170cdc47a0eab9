"""Safe XLSX and CSV writing: text cells, no formulas, footers."""
