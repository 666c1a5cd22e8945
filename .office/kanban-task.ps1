# Starts the dashboard with the computer, as a user without rights of his own. Not tried yet.
param(
    [string]$Code = "D:\kanban",
    [string]$Store = "D:\kanban-data",
    [string]$Address = "0.0.0.0"
)
$run = "set HPA_STORE=$Store&& set PYTHONUTF8=1&& " +
    ".venv\Scripts\streamlit run app.py --server.address $Address --server.port 8501"
$action = New-ScheduledTaskAction -Execute "cmd.exe" -Argument "/c $run" -WorkingDirectory $Code
$trigger = New-ScheduledTaskTrigger -AtStartup
$principal = New-ScheduledTaskPrincipal -UserId "LOCAL SERVICE" -LogonType ServiceAccount
$settings = New-ScheduledTaskSettingsSet -RestartCount 3 -RestartInterval (New-TimeSpan -Minutes 1) `
    -ExecutionTimeLimit 0
icacls $Store /grant "LOCAL SERVICE:(OI)(CI)M" | Out-Null
Register-ScheduledTask -TaskName "kanban" -Action $action -Trigger $trigger `
    -Principal $principal -Settings $settings -Force
