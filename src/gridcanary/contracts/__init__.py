"""What the rooms of gridcanary hand to each other: table schemas, findings, reasons, errors."""
