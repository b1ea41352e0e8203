# What a host shows: its machines, their addresses, its load.

function Get-OctopusMachine {
    <#
    .SYNOPSIS
    Our machines on this host, or the one that is asked for. "Not there" is said only after a whole list.
    #>
    [CmdletBinding()]
    param(
        [string] $Machine
    )
    if ($PSBoundParameters.ContainsKey('Machine')) {
        $vm = Find-OctopusVM -Machine $Machine
        if ($null -eq $vm) { return }
        $tag = Get-OctopusTag -VM $vm
        $addresses = @(Get-OctopusAddress -VM $vm)
        if ($addresses.Count -eq 0 -and [string]$vm.State -eq 'Running') { $addresses = @(Get-OctopusNeighbor -VM $vm) }
        return Get-OctopusView -VM $vm -Tag $tag -Address $addresses
    }
    $list = New-Object -TypeName 'System.Collections.Generic.List[object]'
    foreach ($vm in @(Hyper-V\Get-VM)) {
        $tag = Get-OctopusTag -VM $vm
        if ($null -eq $tag) { continue }
        $script:OctopusKnown[$tag.machine] = [guid]$vm.Id
        $list.Add((Get-OctopusView -VM $vm -Tag $tag -Address @(Get-OctopusAddress -VM $vm)))
    }
    , $list.ToArray()
}

function Get-OctopusView {
    <#
    .SYNOPSIS
    A machine field by field, in our units.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] $VM,
        [Parameter(Mandatory)] [hashtable] $Tag,
        [AllowEmptyCollection()] [string[]] $Address = @()
    )
    $state = [string]$VM.State
    # What holds memory runs; what is only about to start is still off.
    $power = 'running'
    if ('Off', 'Saved', 'FastSaved', 'Hibernated', 'Starting', 'OffCritical', 'SavedCritical', 'FastSavedCritical', 'StartingCritical' -contains $state) { $power = 'off' }
    if (Test-OctopusMoving -VM $VM) { $power = 'moving' }
    $memory = [long]$VM.MemoryStartup
    if ([bool]$VM.DynamicMemoryEnabled) { $memory = [long]$VM.MemoryMaximum }
    $first = $null
    if ($Address.Count -gt 0) { $first = [string]$Address[0] }
    @{
        machine  = [string]$Tag.machine
        id       = [string]$VM.Id
        image    = [string]$Tag.image
        name     = [string]$VM.Name
        cores    = [int]$VM.ProcessorCount
        memory   = [long][math]::Floor($memory / 1MB)
        state    = $state
        power    = $power
        uptimeMs = [long]([timespan]$VM.Uptime).TotalMilliseconds
        address  = $first
    }
}

function Get-OctopusAddress {
    <#
    .SYNOPSIS
    Addresses that the guest reports, the usable ones, in an order that stays: IPv4 before IPv6.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] $VM
    )
    if ([string]$VM.State -ne 'Running') { return }
    $four = New-Object -TypeName 'System.Collections.Generic.List[string]'
    $six = New-Object -TypeName 'System.Collections.Generic.List[string]'
    foreach ($adapter in @($VM.NetworkAdapters)) {
        foreach ($address in @($adapter.IPAddresses)) {
            $text = [string]$address
            $parsed = $null
            if (-not [System.Net.IPAddress]::TryParse($text, [ref]$parsed)) { continue }
            if ([System.Net.IPAddress]::IsLoopback($parsed) -or $parsed.IsIPv6LinkLocal -or $text.StartsWith('169.254.')) { continue }
            if ($parsed.AddressFamily -eq 'InterNetwork') { $four.Add($text) } else { $six.Add($text) }
        }
    }
    $four.Sort([System.StringComparer]::Ordinal)
    $six.Sort([System.StringComparer]::Ordinal)
    $four.ToArray()
    $six.ToArray()
}

function Get-OctopusNeighbor {
    <#
    .SYNOPSIS
    The address that the host itself has seen behind the machine's network card, for guests that report none.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] $VM
    )
    foreach ($adapter in @($VM.NetworkAdapters)) {
        $mac = [string]$adapter.MacAddress
        if ($mac -notmatch '\A[0-9A-Fa-f]{12}\z' -or $mac -eq '000000000000') { continue }
        $dashed = ($mac.ToUpperInvariant() -replace '(..)(?!\z)', '$1-')
        try {
            $seen = @(CimCmdlets\Get-CimInstance -Namespace 'root/StandardCimv2' -ClassName 'MSFT_NetNeighbor' -Filter "LinkLayerAddress='$dashed'")
        } catch {
            # Hosts without this class know no neighbours.
            $seen = @()
        }
        foreach ($neighbor in $seen) {
            $parsed = $null
            if ([System.Net.IPAddress]::TryParse([string]$neighbor.IPAddress, [ref]$parsed) -and
                $parsed.AddressFamily -eq 'InterNetwork' -and -not ([string]$neighbor.IPAddress).StartsWith('169.254.')) {
                [string]$neighbor.IPAddress
            }
        }
    }
}

function Get-OctopusLoad {
    <#
    .SYNOPSIS
    How busy the host is, and what it has left. By CIM classes, whose names are the same in every language.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        # Ours; '' where nothing in it is asked for.
        [string] $Folder = ''
    )
    $system = @(CimCmdlets\Get-CimInstance -ClassName 'Win32_OperatingSystem')
    try {
        $busy = @(CimCmdlets\Get-CimInstance -ClassName 'Win32_PerfFormattedData_HvStats_HyperVHypervisorLogicalProcessor' -Filter "Name='_Total'")
    } catch {
        # Counters get lost on Windows now and then (lodctr /R brings them back): the host works all the same.
        $busy = @()
    }
    $about = Hyper-V\Get-VMHost
    $moving = 0
    $seeds = New-Object -TypeName 'System.Collections.Generic.List[object]'
    foreach ($vm in @(Hyper-V\Get-VM)) {
        if (Test-OctopusMoving -VM $vm) { $moving += 1 }
        elseif ($Folder -and [string]$vm.State -eq 'Running') { foreach ($seed in @(Get-OctopusSeed -VM $vm -Folder $Folder)) { $seeds.Add($seed) } }
    }
    $parallel = 0
    $resting = $false
    if ($script:OctopusCluster) {
        try {
            $parallel = [int](FailoverClusters\Get-Cluster).MaximumParallelMigrations
        } catch {
            # The service of the cluster comes up after the host: until then nothing moves by it.
            $parallel = 0
        }
        if ($Folder) { $resting = [System.IO.File]::Exists((Get-OctopusRest -Folder $Folder -Node ([string]$about.Name))) }
    }
    $percent = 0
    if ($busy.Count -gt 0) { $percent = [int]$busy[0].PercentTotalRunTime }
    @{
        load           = [math]::Min(100, [math]::Max(0, $percent))
        cores          = [int]$about.LogicalProcessorCount
        memory         = [long][math]::Floor([long]$about.MemoryCapacity / 1MB)
        memoryFree     = [long][math]::Floor([long]$system[0].FreePhysicalMemory / 1KB)
        moves          = $moving
        movesMax       = [math]::Min([int]$about.MaximumVirtualMachineMigrations, [int]$about.MaximumStorageMigrations)
        liveMovesMax   = [int]$about.MaximumVirtualMachineMigrations
        clusterMovesMax = $parallel
        resting        = $resting
        seeds          = $seeds.ToArray()
        movesEnabled   = [bool]$about.VirtualMachineMigrationEnabled
        name           = [string]$about.FullyQualifiedDomainName
    }
}

function Get-OctopusSeed {
    <#
    .SYNOPSIS
    The seed that is still in a machine's drive, and what its guest has said since: an address, or the word that it has read it.
    .DESCRIPTION
    Of what guests say nothing is taken over: whether they say it is all that counts.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] $VM,
        [Parameter(Mandatory)] [string] $Folder
    )
    $tag = Get-OctopusTag -VM $VM
    if ($null -eq $tag) { return }
    # A file is looked at much sooner than a drive, and most machines have given their seed back long ago.
    $file = New-Object -TypeName System.IO.FileInfo -ArgumentList (Get-OctopusFolder -Folder $Folder -Machine $tag.machine -File 'seed.iso')
    if (-not $file.Exists -or $file.Length -eq 0) { return }
    $isIn = $false
    foreach ($drive in @($VM.DVDDrives)) { if (([string]$drive.Path -split '[\\/]')[-1] -eq 'seed.iso') { $isIn = $true } }
    if (-not $isIn) { return }
    $word = $false
    $id = ([string]$VM.Id).ToUpperInvariant()
    foreach ($pairs in @(CimCmdlets\Get-CimInstance -Namespace 'root/virtualization/v2' -ClassName 'Msvm_KvpExchangeComponent' -Filter "SystemName='$id'")) {
        foreach ($pair in @($pairs.GuestExchangeItems)) { if ([string]$pair -clike '*>OctopusSeed<*') { $word = $true } }
    }
    @{ machine = $tag.machine; image = $tag.image; word = $word; address = (@(Get-OctopusAddress -VM $VM).Count -gt 0) }
}
