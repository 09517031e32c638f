"""Search over models: documents, embeddings, index, query, ranking."""
