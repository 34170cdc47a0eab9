"""What people read: the HTML report, charts and maps as SVG, gap workbooks."""
