"""What happened -> who is told. The one page that joins the domains' events to the post office."""
