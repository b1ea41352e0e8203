# Failover clusters: machines on storage that all nodes reach. These cmdlets are Windows PowerShell's alone.

# The failover cluster of this host as the call names it; '' for a host by itself. In a cluster our folder is the same one on
# every node, and so are the locks in it.
$script:OctopusCluster = ''

function Assert-OctopusCluster {
    <#
    .SYNOPSIS
    The failover cluster that the configuration names, when this host is a node of it.
    #>
    [CmdletBinding()]
    param()
    try {
        $cluster = FailoverClusters\Get-Cluster
    } catch {
        throw (ConvertTo-OctopusFault -Fault 'configuration' -Message "the failover cluster $script:OctopusCluster does not answer here: $($_.Exception.Message)")
    }
    if ([string]$cluster.Name -ne $script:OctopusCluster) {
        throw (ConvertTo-OctopusFault -Fault 'configuration' -Message "this host is a node of $([string]$cluster.Name), not of $script:OctopusCluster")
    }
    $cluster
}

function Test-OctopusElsewhere {
    <#
    .SYNOPSIS
    Whether another node of the cluster has the machine that lives in a folder: its configuration lies there, and it is not here.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    if (-not $script:OctopusCluster) { return $false }
    if (-not (Test-OctopusConfigured -Folder $Folder -Machine $Machine)) { return $false }
    $null -eq (Find-OctopusUser -Folder $Folder -Machine $Machine)
}

function Test-OctopusConfigured {
    <#
    .SYNOPSIS
    Whether the configuration of some machine lies in a machine's own folder.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    $files = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'Virtual Machines'
    [System.IO.Directory]::Exists($files) -and [System.IO.Directory]::GetFiles($files, '*.vmcx').Count -gt 0
}

function Assert-OctopusHere {
    <#
    .SYNOPSIS
    The fault "conflict" when another node of the cluster has the machine.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    if (Test-OctopusElsewhere -Folder $Folder -Machine $Machine) {
        throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$Machine is on another node of $script:OctopusCluster")
    }
}

function Set-OctopusHome {
    <#
    .SYNOPSIS
    Writes down which node answers for a disk on shared storage as long as no machine is defined on it.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    if (-not $script:OctopusCluster) { return }
    $path = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'node'
    if (-not $PSCmdlet.ShouldProcess($path)) { return }
    [System.IO.File]::WriteAllText($path, [string](Hyper-V\Get-VMHost).Name)
}

function Test-OctopusHome {
    <#
    .SYNOPSIS
    Whether this node shows a disk on shared storage: its machine is here, or none has it and this node answers for it.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        [Parameter(Mandatory)] [string] $Node,
        # Folders in which machines of this node live.
        [Parameter(Mandatory)] [hashtable] $Inhabited
    )
    if (-not $script:OctopusCluster -or $Inhabited.ContainsKey($Machine)) { return $true }
    if (Test-OctopusConfigured -Folder $Folder -Machine $Machine) { return $false }
    $path = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'node'
    -not [System.IO.File]::Exists($path) -or [System.IO.File]::ReadAllText($path) -eq $Node
}

function Add-OctopusRole {
    <#
    .SYNOPSIS
    Makes a machine highly available, where its host is in a cluster and it is not yet.
    .DESCRIPTION
    Its role has the machine's id for a name: names of roles are the cluster's, names of machines are people's.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Machine
    )
    if (-not $script:OctopusCluster) { return }
    $vm = Get-OctopusVM -Machine $Machine
    if ([bool]$vm.IsClustered) { return }
    [void](Assert-OctopusCluster)
    [void](FailoverClusters\Add-ClusterVirtualMachineRole -VMId $vm.Id -Name $Machine)
    $vm = Get-OctopusVM -Machine $Machine
    if (-not [bool]$vm.IsClustered) {
        throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "$([string]$vm.Name) was made highly available and is not")
    }
}

function Join-OctopusCluster {
    <#
    .SYNOPSIS
    Makes a machine that has come to a node from outside highly available.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'join-cluster'
    try {
        if ($null -ne (Find-OctopusVM -Machine $Machine)) { Add-OctopusRole -Machine $Machine }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Remove-OctopusRole {
    <#
    .SYNOPSIS
    Takes a machine out of its cluster: it stays as it is, running or not. Hyper-V neither deletes it before nor moves it away.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] $VM
    )
    if (-not [bool]$VM.IsClustered) { return }
    if (-not $PSCmdlet.ShouldProcess([string]$VM.Name)) { return }
    [void](Wait-OctopusRole -VM $VM)
    FailoverClusters\Remove-ClusterGroup -VMId $VM.Id -RemoveResources -Force -Confirm:$false
}

function Update-OctopusRole {
    <#
    .SYNOPSIS
    Tells the cluster what was changed of a machine past it.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] $VM
    )
    if (-not [bool]$VM.IsClustered) { return }
    if (-not $PSCmdlet.ShouldProcess([string]$VM.Name)) { return }
    [void](FailoverClusters\Update-ClusterVirtualMachineConfiguration -VMId $VM.Id)
}

function Wait-OctopusRole {
    <#
    .SYNOPSIS
    The role of a machine when the cluster is at nothing with it; "busy" when that takes too long.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] $VM,
        [int] $Seconds = 30
    )
    $until = [datetime]::UtcNow.AddSeconds($Seconds)
    while ($true) {
        $group = FailoverClusters\Get-ClusterGroup -VMId $VM.Id
        # 1: locked, 4: queued. Neither flag has a name that scripts of all versions know.
        $isBusy = ([int]$group.StatusInformation -band 5) -ne 0 -or [string]$group.State -eq 'Pending'
        if (-not $isBusy) { return $group }
        if ([datetime]::UtcNow -gt $until) {
            throw (ConvertTo-OctopusFault -Fault 'busy' -Message "the cluster is at work with $([string]$VM.Name)")
        }
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 500
    }
}

function Move-OctopusRole {
    <#
    .SYNOPSIS
    Moves a machine to another node of its cluster: live when it runs, else the role alone. Its disks stay where both reach them.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] $VM,
        [Parameter(Mandatory)] [string] $Node
    )
    if (-not $PSCmdlet.ShouldProcess([string]$VM.Name)) { return }
    $group = Wait-OctopusRole -VM $VM
    if ([string]$group.OwnerNode.Name -eq $Node) { return }
    Update-OctopusRole -VM $VM
    try {
        if ('Off', 'Saved', 'FastSaved' -contains [string]$VM.State) {
            [void](FailoverClusters\Move-ClusterGroup -Name ([string]$group.Name) -Node $Node)
        } else {
            [void](FailoverClusters\Move-ClusterVirtualMachineRole -VMId $VM.Id -Node $Node -MigrationType Live)
        }
    } catch {
        # 5023: locked or queued meanwhile. Whoever was quicker may have wanted the same.
        if (-not (Test-OctopusCode -Record $_ -Code '0x8007139F')) { throw }
        $first = $_
        $group = Wait-OctopusRole -VM $VM
        if ([string]$group.OwnerNode.Name -ne $Node) { throw $first }
    }
}

function Suspend-OctopusNode {
    <#
    .SYNOPSIS
    Lets this node take nothing in any more and give away what it has, before it is switched off. Others' roles move as well:
    none of them runs here.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Node
    )
    if (-not $PSCmdlet.ShouldProcess($Node)) { return }
    [void](Assert-OctopusCluster)
    # Whoever finds this, and the node up, resumes it: this process may not live to see it off.
    [System.IO.File]::WriteAllText((Get-OctopusRest -Folder $Folder -Node $Node), '')
    try {
        [void](FailoverClusters\Suspend-ClusterNode -Name $Node -Drain -Wait -Confirm:$false)
        $is = FailoverClusters\Get-ClusterNode -Name $Node
        if ([string]$is.DrainStatus -ne 'Completed') {
            throw (ConvertTo-OctopusFault -Fault 'busy' -Message "the cluster could not empty this node ($([string]$is.DrainStatus)): is another one up, with room?")
        }
    } catch {
        $first = $_
        Resume-OctopusNode -Folder $Folder -Node $Node
        throw $first
    }
}

function Resume-OctopusNode {
    <#
    .SYNOPSIS
    Lets a node that was emptied before it was switched off take machines in again. What has left it stays where it is.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Node
    )
    $path = Get-OctopusRest -Folder $Folder -Node $Node
    if (-not [System.IO.File]::Exists($path)) { return }
    if (-not $PSCmdlet.ShouldProcess($Node)) { return }
    if ([string](FailoverClusters\Get-ClusterNode -Name $Node).State -eq 'Paused') {
        [void](FailoverClusters\Resume-ClusterNode -Name $Node -Failback NoFailback)
    }
    Remove-OctopusPath -Path $path
}

function Resume-OctopusHost {
    <#
    .SYNOPSIS
    Resumes this node after it was switched on, when it was Octopus that has suspended it.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder
    )
    if (-not $script:OctopusCluster) { return }
    $node = [string](Hyper-V\Get-VMHost).Name
    if (-not $PSCmdlet.ShouldProcess($node)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name "host-$($node.ToLowerInvariant())" -Verb 'resume-host'
    try {
        Resume-OctopusNode -Folder $Folder -Node $node
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Get-OctopusRest {
    <#
    .SYNOPSIS
    The file that says that a node rests because Octopus is switching it off, or has.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Node
    )
    [System.IO.Path]::Combine($Folder, 'locks', "$($Node.ToLowerInvariant()).resting")
}
