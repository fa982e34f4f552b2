"""What people look at in a browser: Designs, Why, Health and Rules, for those who may see each."""
