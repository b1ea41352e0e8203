# Checkpoints: saved states of a machine, by a name that people give them.

function Get-OctopusCheckpoint {
    <#
    .SYNOPSIS
    The checkpoints of a machine, the oldest first.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Machine
    )
    $vm = Get-OctopusVM -Machine $Machine
    $list = New-Object -TypeName 'System.Collections.Generic.List[object]'
    $sorted = @(Hyper-V\Get-VMSnapshot -VM $vm | Microsoft.PowerShell.Utility\Sort-Object -Property CreationTime)
    foreach ($checkpoint in $sorted) {
        $list.Add(@{
                name = [string]$checkpoint.Name
                made = [long]([datetime]$checkpoint.CreationTime).ToUniversalTime().Subtract([datetime]'1970-01-01').TotalSeconds
            })
    }
    , $list.ToArray()
}

function Find-OctopusCheckpoint {
    <#
    .SYNOPSIS
    The checkpoint of this very name; -Name of the cmdlet would take wildcards.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] $VM,
        [Parameter(Mandatory)] [string] $Name
    )
    foreach ($checkpoint in @(Hyper-V\Get-VMSnapshot -VM $VM)) {
        # To the letter: -ceq takes é for e and an accent, and passes over characters without width.
        if (([string]$checkpoint.Name).Equals($Name)) { return $checkpoint }
    }
}

function Checkpoint-OctopusMachine {
    <#
    .SYNOPSIS
    Makes a checkpoint.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Name
    )
    if ($Name.Length -lt 1 -or $Name.Length -gt 100 -or $Name -match '[\x00-\x1f\x7f\u0080-\u009f\u2028-\u202e\u2066-\u2069]') {
        throw (ConvertTo-OctopusFault -Fault 'configuration' -Message 'a checkpoint is called by 1 to 100 characters, none of them invisible')
    }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'create-checkpoint'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        if (Test-OctopusMoving -VM $vm) {
            throw (ConvertTo-OctopusFault -Fault 'busy' -Message "$([string]$vm.Name) is on its way to another host")
        }
        if ($null -ne (Find-OctopusCheckpoint -VM $vm -Name $Name)) { return }
        Hyper-V\Checkpoint-VM -VM $vm -SnapshotName $Name
        $now = Wait-OctopusState -Machine $Machine
        if ($null -eq (Find-OctopusCheckpoint -VM $now -Name $Name)) {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "the checkpoint of $Machine was made and is not to be found")
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Restore-OctopusCheckpoint {
    <#
    .SYNOPSIS
    Puts a machine back to a checkpoint. It is off afterwards, or as it was saved with a checkpoint that has its memory.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        [Parameter(Mandatory)] [string] $Name
    )
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'restore-checkpoint'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        $checkpoint = Find-OctopusCheckpoint -VM $vm -Name $Name
        if ($null -eq $checkpoint) {
            throw (ConvertTo-OctopusFault -Fault 'missing' -Message "$Machine has no checkpoint of this name")
        }
        if ('Off', 'Saved', 'FastSaved' -notcontains [string]$vm.State) {
            throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$vm.Name) is $([string]$vm.State): stop it first")
        }
        Hyper-V\Restore-VMSnapshot -VMSnapshot $checkpoint -Confirm:$false
        [void](Wait-OctopusState -Machine $Machine -Seconds 600)
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Remove-OctopusCheckpoint {
    <#
    .SYNOPSIS
    Deletes a checkpoint and waits until its disk is merged: until then nothing else may touch the machine's disks.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        [Parameter(Mandatory)] [string] $Name
    )
    if (-not $PSCmdlet.ShouldProcess($Machine)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'delete-checkpoint'
    try {
        $vm = Wait-OctopusState -Machine $Machine -Seconds 600
        $checkpoint = Find-OctopusCheckpoint -VM $vm -Name $Name
        if ($null -eq $checkpoint) { return }
        Hyper-V\Remove-VMSnapshot -VMSnapshot $checkpoint -Confirm:$false
        $now = Wait-OctopusState -Machine $Machine -Seconds 600
        if ($null -ne (Find-OctopusCheckpoint -VM $now -Name $Name)) {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "the checkpoint of $Machine was deleted and is still there")
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}
