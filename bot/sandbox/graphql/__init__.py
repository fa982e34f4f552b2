"""The GraphQL endpoint: a part of the official schema, executed by graphql-core."""
