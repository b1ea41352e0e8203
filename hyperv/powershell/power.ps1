# Power: of machines, and of the host itself.

function Start-OctopusMachine {
    <#
    .SYNOPSIS
    Switches a machine on; a saved one goes on where it was saved.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    if (-not $PSCmdlet.ShouldProcess($Machine)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'start-machine'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        Invoke-OctopusStart -VM $vm -Machine $Machine
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Invoke-OctopusStart {
    <#
    .SYNOPSIS
    Starts a machine that is not running, and reads back that it runs.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] $VM,
        [Parameter(Mandatory)] [string] $Machine
    )
    if ([string]$VM.State -eq 'Running') { return }
    $about = Hyper-V\Get-VMHost
    if ([int]$VM.ProcessorCount -gt [int]$about.LogicalProcessorCount) {
        throw (ConvertTo-OctopusFault -Fault 'no-room' -Message "the host has $([int]$about.LogicalProcessorCount) cores, $([string]$VM.Name) takes $([int]$VM.ProcessorCount)")
    }
    if ([string]$VM.State -eq 'Paused') { Hyper-V\Resume-VM -VM $VM } else { Hyper-V\Start-VM -VM $VM }
    $now = Wait-OctopusState -Machine $Machine
    if ([string]$now.State -ne 'Running') {
        throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "$([string]$now.Name) was started and is $([string]$now.State)")
    }
}

function Stop-OctopusMachine {
    <#
    .SYNOPSIS
    Shuts the guest down, and turns the machine off when it does not follow in time.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        # What the guest is given.
        [int] $Seconds = 300
    )
    if (-not $PSCmdlet.ShouldProcess($Machine)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'stop-machine'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        if (Test-OctopusMoving -VM $vm) {
            throw (ConvertTo-OctopusFault -Fault 'busy' -Message "$([string]$vm.Name) is on its way to another host")
        }
        if ('Off', 'Saved', 'FastSaved' -contains [string]$vm.State) { return }
        if ([string]$vm.State -eq 'Running' -and (Request-OctopusShutdown -VM $vm)) {
            $until = [datetime]::UtcNow.AddSeconds($Seconds)
            while ([string]$vm.State -ne 'Off' -and [datetime]::UtcNow -lt $until) {
                Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 500
                $vm = Get-OctopusVM -Machine $Machine
            }
        }
        if ([string]$vm.State -ne 'Off') { Hyper-V\Stop-VM -VM $vm -TurnOff -Force -Confirm:$false }
        $now = Wait-OctopusState -Machine $Machine
        if ([string]$now.State -ne 'Off') {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "$([string]$now.Name) was turned off and is $([string]$now.State)")
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Request-OctopusShutdown {
    <#
    .SYNOPSIS
    Asks the guest to shut down, and says whether somebody heard.
    .DESCRIPTION
    By the class behind Stop-VM: the cmdlet itself waits for the guest without end.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] $VM
    )
    $id = ([string]$VM.Id).ToUpperInvariant()
    try {
        $parts = @(CimCmdlets\Get-CimInstance -Namespace 'root/virtualization/v2' -ClassName 'Msvm_ShutdownComponent' -Filter "SystemName='$id'")
        if ($parts.Count -eq 0) { return $false }
        $said = CimCmdlets\Invoke-CimMethod -InputObject $parts[0] -MethodName 'InitiateShutdown' -Arguments @{ Force = $true; Reason = 'Octopus' }
        # 0: done, 4096: begun. A guest that still boots, or has no integration services, refuses.
        return (0, 4096) -contains [int]$said.ReturnValue
    } catch {
        return $false
    }
}

function Restart-OctopusMachine {
    <#
    .SYNOPSIS
    Resets a running machine, and starts one that is off. What was saved is thrown away: a restart begins anew.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    if (-not $PSCmdlet.ShouldProcess($Machine)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'restart-machine'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        if (Test-OctopusMoving -VM $vm) {
            throw (ConvertTo-OctopusFault -Fault 'busy' -Message "$([string]$vm.Name) is on its way to another host")
        }
        if ([string]$vm.State -eq 'Running') {
            Hyper-V\Restart-VM -VM $vm -Force -Confirm:$false
            $now = Wait-OctopusState -Machine $Machine
            if ([string]$now.State -ne 'Running') {
                throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "$([string]$now.Name) was reset and is $([string]$now.State)")
            }
            return
        }
        if ('Saved', 'FastSaved' -contains [string]$vm.State) {
            Hyper-V\Remove-VMSavedState -VM $vm
            $vm = Wait-OctopusState -Machine $Machine
        }
        Invoke-OctopusStart -VM $vm -Machine $Machine
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Save-OctopusMachine {
    <#
    .SYNOPSIS
    Writes a running machine's memory to disk and switches it off.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'save-machine'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        if (Test-OctopusMoving -VM $vm) {
            throw (ConvertTo-OctopusFault -Fault 'busy' -Message "$([string]$vm.Name) is on its way to another host")
        }
        if ('Saved', 'FastSaved' -contains [string]$vm.State) { return }
        if ([string]$vm.State -eq 'Off') {
            throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$vm.Name) is off: there is nothing to save")
        }
        Hyper-V\Save-VM -VM $vm
        $now = Wait-OctopusState -Machine $Machine
        if ([string]$now.State -notlike '*Saved') {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "$([string]$now.Name) was saved and is $([string]$now.State)")
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Stop-OctopusHost {
    <#
    .SYNOPSIS
    Shuts this host down, when no machine runs on it: ours or anybody's.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder
    )
    if (-not $PSCmdlet.ShouldProcess('this host')) { return }
    $node = [string](Hyper-V\Get-VMHost).Name
    $lock = Enter-OctopusLock -Folder $Folder -Name "host-$($node.ToLowerInvariant())" -Verb 'shut-down-host'
    try {
        Assert-OctopusIdle
        if ($script:OctopusCluster) {
            Suspend-OctopusNode -Folder $Folder -Node $node
            # Until it was suspended the cluster could have sent something.
            try {
                Assert-OctopusIdle
            } catch {
                Resume-OctopusNode -Folder $Folder -Node $node
                throw
            }
        }
        Stop-Computer -Force -Confirm:$false
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Assert-OctopusIdle {
    <#
    .SYNOPSIS
    The fault "conflict" when any machine runs on this host, ours or anybody's.
    #>
    [CmdletBinding()]
    param()
    $running = @(Hyper-V\Get-VM | Microsoft.PowerShell.Core\Where-Object -FilterScript { 'Off', 'Saved', 'FastSaved' -notcontains [string]$_.State })
    if ($running.Count -gt 0) {
        throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$($running.Count) machines run on this host")
    }
}
