"""What crosses a process boundary, written down: AsyncAPI of the topics, OpenAPI of the routes.

`python -m deploy.contracts` writes the files anew; a test fails while they differ from the code.
"""
