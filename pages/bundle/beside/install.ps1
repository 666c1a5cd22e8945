# Installs the dashboard beside this file without a network.
Set-Location "$PSScriptRoot\kanban"
py -@python -m venv .venv
if ($LASTEXITCODE) { throw "要先装 Python @python(64 位)。" }
.venv\Scripts\python -m pip install --quiet --disable-pip-version-check --no-index `
    --find-links ..\wheels -r requirements.txt
if ($LASTEXITCODE) { throw "没有装好。这个包给 @machine、Python @python 用,请核对这台机器。" }
"装好了。启动:cd $(Get-Location); .venv\Scripts\streamlit run app.py"
