"""Pictures as inline SVG: coloured by CSS classes, described for readers who cannot see them."""
