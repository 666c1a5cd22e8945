# Starts the dashboard with the computer, as a user without rights of his own. Not tried yet.
# To be run as administrator. Python must be installed for all users: LOCAL SERVICE has no other.
param(
    [string]$Code = "D:\kanban",
    [string]$Store = "D:\kanban-data",
    [string]$Address = "0.0.0.0"
)
$ErrorActionPreference = "Stop"
# By number, for their names differ with the language: LOCAL SERVICE, SYSTEM, Administrators.
$service, $system, $admins = "*S-1-5-19", "*S-1-5-18", "*S-1-5-32-544"
New-Item -ItemType Directory -Force $Store | Out-Null
# Nobody else reads the store or changes the code: on a disk of data everybody may by default.
icacls $Store /inheritance:r /grant "${service}:(OI)(CI)M" "${system}:(OI)(CI)F" "${admins}:(OI)(CI)F"
icacls $Code /inheritance:r /grant "${service}:(OI)(CI)RX" "${system}:(OI)(CI)F" "${admins}:(OI)(CI)F"
$run = "set HPA_STORE=$Store&& set PYTHONUTF8=1&& set PYTHONDONTWRITEBYTECODE=1&& " +
    ".venv\Scripts\streamlit run app.py --server.address $Address --server.port 8501"
$action = New-ScheduledTaskAction -Execute "cmd.exe" -Argument "/c $run" -WorkingDirectory $Code
$trigger = New-ScheduledTaskTrigger -AtStartup
$principal = New-ScheduledTaskPrincipal -UserId "LOCALSERVICE" -LogonType ServiceAccount
# A server on a UPS counts as one on its battery.
$settings = New-ScheduledTaskSettingsSet -RestartCount 3 -RestartInterval (New-TimeSpan -Minutes 1) `
    -ExecutionTimeLimit 0 -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName "kanban" -Action $action -Trigger $trigger `
    -Principal $principal -Settings $settings -Force
