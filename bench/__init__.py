"""What the product costs beside the plainest thing that does the same work. Nothing here is a goal."""
