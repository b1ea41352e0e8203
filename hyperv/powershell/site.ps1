# What the doctor asks of a host. Nothing here changes anything.

function Get-OctopusSite {
    <#
    .SYNOPSIS
    Everything about this host that decides whether Octopus can work on it.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [string] $Folder
    )
    $about = Hyper-V\Get-VMHost
    $module = Microsoft.PowerShell.Core\Get-Module -Name 'Hyper-V'
    $version = ''
    if ($null -ne $module) { $version = [string]@($module)[0].Version }
    $switches = New-Object -TypeName 'System.Collections.Generic.List[object]'
    foreach ($network in @(Hyper-V\Get-VMSwitch)) {
        $switches.Add(@{ name = [string]$network.Name; type = [string]$network.SwitchType })
    }
    $edition = 'Desktop'
    if ($PSVersionTable.ContainsKey('PSEdition')) { $edition = [string]$PSVersionTable['PSEdition'] }
    @{
        powerShell     = [string]$PSVersionTable['PSVersion']
        edition        = $edition
        hyperV         = $version
        name           = [string]$about.FullyQualifiedDomainName
        cores          = [int]$about.LogicalProcessorCount
        memory         = [long][math]::Floor([long]$about.MemoryCapacity / 1MB)
        movesEnabled   = [bool]$about.VirtualMachineMigrationEnabled
        movesAuth      = [string]$about.VirtualMachineMigrationAuthenticationType
        movesMax       = [int]$about.MaximumVirtualMachineMigrations
        storageMovesMax = [int]$about.MaximumStorageMigrations
        switches       = $switches.ToArray()
        folder         = [bool][System.IO.Directory]::Exists($Folder)
        images         = [object[]](Get-OctopusImage -Folder $Folder)
        right          = (Get-OctopusRight)
        delegation     = [string[]]@(Get-OctopusDelegation)
        cluster        = (Get-OctopusNode)
        lone           = [object[]](Get-OctopusLone)
        now            = [long][datetime]::UtcNow.Subtract([datetime]'1970-01-01').TotalSeconds
    }
}

function Get-OctopusRight {
    <#
    .SYNOPSIS
    What the account may do here: "administrator", "hyper-v", "none"; "unknown" where Windows does not tell.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param()
    try {
        $groups = @([System.Security.Principal.WindowsIdentity]::GetCurrent().Groups | Microsoft.PowerShell.Core\ForEach-Object -Process { [string]$_.Value })
    } catch {
        return 'unknown'
    }
    if ($groups -contains 'S-1-5-32-544') { return 'administrator' }
    if ($groups -contains 'S-1-5-32-578') { return 'hyper-v' }
    'none'
}

function Get-OctopusDelegation {
    <#
    .SYNOPSIS
    The services to which the directory lets this host's account delegate; nothing where the directory does not tell.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param()
    try {
        $searcher = New-Object -TypeName System.DirectoryServices.DirectorySearcher
        $searcher.Filter = "(&(objectCategory=computer)(sAMAccountName=$([System.Environment]::MachineName)`$))"
        [void]$searcher.PropertiesToLoad.Add('msds-allowedtodelegateto')
        $found = $searcher.FindOne()
        foreach ($service in @($found.Properties['msds-allowedtodelegateto'])) { [string]$service }
    } catch {
        return
    }
}

function Get-OctopusNode {
    <#
    .SYNOPSIS
    The failover cluster that this host is a node of; its name is '' where there is none, or PowerShell has no cmdlets for it.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param()
    try {
        $cluster = FailoverClusters\Get-Cluster
        $node = FailoverClusters\Get-ClusterNode -Name ([string](Hyper-V\Get-VMHost).Name)
        @{
            name     = [string]$cluster.Name
            movesMax = [int]$cluster.MaximumParallelMigrations
            volumes  = [string]$cluster.SharedVolumesRoot
            state    = [string]$node.State
        }
    } catch {
        @{ name = ''; movesMax = 0; volumes = ''; state = '' }
    }
}

function Get-OctopusLone {
    <#
    .SYNOPSIS
    Machines of ours that no failover cluster keeps.
    #>
    [CmdletBinding()]
    param()
    $list = New-Object -TypeName 'System.Collections.Generic.List[object]'
    foreach ($vm in @(Hyper-V\Get-VM)) {
        $tag = Get-OctopusTag -VM $vm
        if ($null -ne $tag -and -not [bool]$vm.IsClustered) { $list.Add(@{ machine = $tag.machine; name = [string]$vm.Name }) }
    }
    , $list.ToArray()
}
