"""The wire: GraphQL over HTTP, credentials, pages."""
