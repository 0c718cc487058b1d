"""A generic engine for a Strawberry schema: relations, the life of a document. It knows nothing of the project."""
