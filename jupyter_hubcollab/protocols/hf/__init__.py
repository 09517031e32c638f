"""The Hugging Face Hub's protocol, below ``hubcollab/hf``: set ``HF_ENDPOINT`` to it."""
