"""What goes to Slack: decisions become calls (announce), text becomes blocks (blocks), calls are made (client)."""
