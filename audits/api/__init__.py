"""The same for programs: what the pages say as JSON, under `/api/v1/`, to whoever shows a token or is signed in.

Nothing is counted here: each answer is built by the function that its page, export and command use.
"""
