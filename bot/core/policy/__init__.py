"""Who must sign, on what, and what people may say: the rules of the review, apart from those of the text."""
