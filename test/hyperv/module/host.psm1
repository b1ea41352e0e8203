# The part of the simulated module that is a script: drives of the host that the session is on, and its power.

$folder = [IO.Path]::Combine($env:SIMULATED_HYPERV, 'hosts', $env:SIMULATED_HOST)
foreach ($name in 'C', 'D') {
    $root = [IO.Path]::Combine($folder, $name)
    if ([IO.Directory]::Exists($root) -and -not $ExecutionContext.SessionState.Drive.GetAll().Where({ $_.Name -eq $name })) {
        $provider = $ExecutionContext.SessionState.Provider.GetOne('FileSystem')
        $drive = [Management.Automation.PSDriveInfo]::new($name, $provider, $root, 'a drive of the simulated host', $null)
        $null = $ExecutionContext.SessionState.Drive.New($drive, 'Global')
    }
}

# Functions come before cmdlets, so the real ones are never called: on Linux they would switch this computer off.
function Stop-Computer {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0)][string[]]$ComputerName, [Parameter(Position = 1)][pscredential]$Credential, [switch]$Force)
    if ($PSCmdlet.ShouldProcess($env:SIMULATED_HOST)) { Stop-SimulatedHost }
}

function Restart-Computer {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0)][string[]]$ComputerName, [Parameter(Position = 1)][pscredential]$Credential, [switch]$Force)
    throw 'Restart-Computer is not simulated'
}

Export-ModuleMember -Function Stop-Computer, Restart-Computer -Cmdlet *
