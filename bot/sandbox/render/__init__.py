"""The records as GitHub's JSON: REST answers and webhook payloads share these shapes.

The shapes follow GitHub's published OpenAPI descriptions; the tests in
`tests/sandbox/official` hold every answer against them.
"""
