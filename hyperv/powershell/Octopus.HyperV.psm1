# What Octopus does on a Hyper-V host: one function per verb, and one entry that all calls come through.
#
# Written for Windows PowerShell 5.1 and PowerShell 7. Nothing here is configured: a call brings what it needs, a host keeps
# no settings of ours. Machines of others are never looked at beyond their notes, and never changed.

Set-StrictMode -Version 3.0

# Without a file of its own, as the doctor loads it, its parts stand before it already.
$parts = @()
if ($PSScriptRoot) { $parts = 'protocol', 'own', 'cluster', 'look', 'disks', 'machines', 'power', 'checkpoints', 'images', 'move', 'leftovers', 'site' }
foreach ($part in $parts) {
    . ([System.IO.Path]::Combine($PSScriptRoot, "$part.ps1"))
}

# The verbs by the names they have in calls. What is not here cannot be called.
$script:OctopusVerbs = @{
    'find-machine'      = 'Get-OctopusMachine'
    'list-machines'     = 'Get-OctopusMachine'
    'find-disk'         = 'Get-OctopusDisk'
    'list-disks'        = 'Get-OctopusDisk'
    'load'              = 'Get-OctopusLoad'
    'create-disk'       = 'New-OctopusDisk'
    'delete-disk'       = 'Remove-OctopusDisk'
    'define-machine'    = 'New-OctopusMachine'
    'remove-machine'    = 'Remove-OctopusMachine'
    'seed-machine'      = 'Add-OctopusSeed'
    'eject-seed'        = 'Clear-OctopusSeed'
    'resize-machine'    = 'Resize-OctopusMachine'
    'start-machine'     = 'Start-OctopusMachine'
    'stop-machine'      = 'Stop-OctopusMachine'
    'restart-machine'   = 'Restart-OctopusMachine'
    'save-machine'      = 'Save-OctopusMachine'
    'list-checkpoints'  = 'Get-OctopusCheckpoint'
    'create-checkpoint' = 'Checkpoint-OctopusMachine'
    'restore-checkpoint' = 'Restore-OctopusCheckpoint'
    'delete-checkpoint' = 'Remove-OctopusCheckpoint'
    'list-images'       = 'Get-OctopusImage'
    'hash-image'        = 'Get-OctopusImageHash'
    'copy-image'        = 'Copy-OctopusImage'
    'accept-image'      = 'Install-OctopusImage'
    'room'              = 'Get-OctopusRoom'
    'move-machine'      = 'Move-OctopusMachine'
    'find-move'         = 'Get-OctopusMove'
    'cancel-move'       = 'Stop-OctopusMove'
    'after-move'        = 'Clear-OctopusSource'
    'send-machine'      = 'Copy-OctopusMachine'
    'receive-machine'   = 'Import-OctopusMachine'
    'list-leftovers'    = 'Get-OctopusLeftover'
    'clean-leftover'    = 'Clear-OctopusLeftover'
    'site'              = 'Get-OctopusSite'
    'shut-down-host'    = 'Stop-OctopusHost'
    'resume-host'       = 'Resume-OctopusHost'
    'join-cluster'      = 'Join-OctopusCluster'
}

function Invoke-Octopus {
    <#
    .SYNOPSIS
    Answers one call: base64 JSON in, one line of base64 JSON out.
    .DESCRIPTION
    The request is { id, verb, args }, in which every string is written with a leading '=' (readers of JSON take some
    strings for dates). The answer is the line "OCT1 <id> <base64 JSON>" of { ok, value } or { ok, error }. Never throws.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Request
    )
    $id = 'none'
    # Words of cmdlets for people would stand between the answers.
    $ProgressPreference = 'SilentlyContinue'
    $WarningPreference = 'SilentlyContinue'
    $InformationPreference = 'SilentlyContinue'
    $VerbosePreference = 'SilentlyContinue'
    $ConfirmPreference = 'None'
    $ErrorActionPreference = 'Stop'
    try {
        $text = [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($Request))
        $read = ConvertFrom-OctopusValue -Value (Microsoft.PowerShell.Utility\ConvertFrom-Json -InputObject $text)
        $id = [string]$read['id']
        $verb = [string]$read['verb']
        if (-not $script:OctopusVerbs.ContainsKey($verb)) {
            throw (ConvertTo-OctopusFault -Fault 'configuration' -Message "this module has no verb $verb")
        }
        $call = $read['args']
        # Every verb may be told the failover cluster that the host is in.
        $script:OctopusCluster = [string]$call['cluster']
        $call.Remove('cluster')
        $value = & $script:OctopusVerbs[$verb] @call
        if ($value -is [System.Array]) {
            # Windows PowerShell writes a list that came through a pipeline as an object with a count.
            $plain = New-Object -TypeName 'System.Collections.Generic.List[object]'
            foreach ($item in $value) { $plain.Add($item) }
            $value = $plain.ToArray()
        }
        $answer = @{ ok = $true; value = $value }
    } catch {
        $answer = @{ ok = $false; error = (ConvertTo-OctopusError -Record $_) }
    }
    $json = Microsoft.PowerShell.Utility\ConvertTo-Json -InputObject $answer -Depth 8 -Compress
    'OCT1 {0} {1}' -f $id, [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($json))
}

Export-ModuleMember -Function (@('Invoke-Octopus') + @($script:OctopusVerbs.Values | Sort-Object -Unique))
