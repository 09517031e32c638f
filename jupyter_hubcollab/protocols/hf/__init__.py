"""The Hugging Face Hub protocol."""
