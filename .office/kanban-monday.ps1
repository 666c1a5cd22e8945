# Makes the week's papers on Monday at seven, with the rights of the dashboard. Not tried yet.
# To be run as administrator, after kanban-task.ps1.
param(
    [string]$Code = "D:\kanban",
    [string]$Store = "D:\kanban-data",
    [string]$Papers = "D:\kanban-papers"
)
$ErrorActionPreference = "Stop"
New-Item -ItemType Directory -Force $Papers | Out-Null
# By number, for its name differs with the language: LOCAL SERVICE.
icacls $Papers /grant "*S-1-5-19:(OI)(CI)M"
$run = "set HPA_STORE=$Store&& set PYTHONUTF8=1&& set PYTHONDONTWRITEBYTECODE=1&& " +
    ".venv\Scripts\python -m pages monday -o $Papers >> $Papers\monday.log 2>&1"
$action = New-ScheduledTaskAction -Execute "cmd.exe" -Argument "/c $run" -WorkingDirectory $Code
$trigger = New-ScheduledTaskTrigger -Weekly -DaysOfWeek Monday -At "07:00"
$principal = New-ScheduledTaskPrincipal -UserId "LOCALSERVICE" -LogonType ServiceAccount
# A computer that was off at seven makes them when it is on again.
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable `
    -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName "kanban-monday" -Action $action -Trigger $trigger `
    -Principal $principal -Settings $settings -Force
