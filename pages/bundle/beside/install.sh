#!/bin/sh
# Installs the dashboard beside this file without a network; PYTHON names another interpreter.
cd "$(dirname "$0")/kanban" || exit 1
"${PYTHON:-python@python}" -m venv .venv || { echo "要先装 Python @python 和它的 venv。" >&2; exit 1; }
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index \
    --find-links ../wheels -r requirements.txt || {
    echo "没有装好。这个包给 @machine、Python @python 用,请核对这台机器。" >&2
    exit 1
}
echo "装好了。启动:cd $(pwd) && .venv/bin/streamlit run app.py"
