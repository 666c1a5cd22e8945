# The project's commands; each works without `just` too.

# Everything the build machine checks.
test:
    bash tests/run

# Formatting, style, types, SQL and import rules only.
lint:
    .venv/bin/ruff check . && .venv/bin/ruff format --check .
    .venv/bin/pyright
    .venv/bin/sqlfluff lint queries/sql data/derive/sql data/readings/sql
    .venv/bin/lint-imports

# Rewrites the files in the project's style.
format:
    .venv/bin/ruff check --fix . && .venv/bin/ruff format .
    .venv/bin/sqlfluff fix queries/sql data/derive/sql data/readings/sql

# Starts the dashboard on this computer.
serve:
    .venv/bin/streamlit run app.py

# The same for who changes it: a saved page, part, chart or .sql file shows at once. Streamlit
# watches what lies in PYTHONPATH.
develop:
    PYTHONPATH=. .venv/bin/streamlit run app.py --server.fileWatcherType poll --server.runOnSave true

# Makes both lock files again from pyproject.toml (needs uv).
lock:
    UV_CUSTOM_COMPILE_COMMAND="just lock" uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt
    UV_CUSTOM_COMPILE_COMMAND="just lock" uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links -c requirements.txt --group pyproject.toml:test -o tests/requirements.txt
