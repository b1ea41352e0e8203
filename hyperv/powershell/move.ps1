# Moves: live by Hyper-V, cold by copying the child disk alone.

function Move-OctopusMachine {
    <#
    .SYNOPSIS
    Moves a machine with its own disks to another host; base images stay where they are, on both ends.
    .DESCRIPTION
    Answers when the move is over. Only the disks in the machine's own folder are named: a move "with all storage" would
    take the base image along, from under the other machines that stand on it. Parents are kept on the source for the
    same reason.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        # The other host as this one calls it.
        [Parameter(Mandatory)] [string] $To,
        [Parameter(Mandatory)] [string] $ToFolder,
        # Both hosts are nodes of this host's failover cluster.
        [bool] $Within = $false
    )
    $own = Get-OctopusFolder -Folder $Folder -Machine $Machine
    $target = Get-OctopusFolder -Folder $ToFolder -Machine $Machine
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'move-machine'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        # An earlier call began it, and was lost.
        if (Test-OctopusMoving -VM $vm) { return @{ state = 'moving' } }
        if ($Within) {
            Add-OctopusRole -Machine $Machine
            Move-OctopusRole -VM (Get-OctopusVM -Machine $Machine) -Node $To.Split('.')[0]
            return @{ state = 'over' }
        }
        foreach ($drive in @(Hyper-V\Get-VMDvdDrive -VM $vm)) {
            if ([string]$drive.Path) { Hyper-V\Set-VMDvdDrive -VMDvdDrive $drive -Path $null }
        }
        Remove-OctopusRole -VM $vm
        $disks = @(foreach ($path in @(Get-OctopusChain -VM $vm -Own $own)) {
                @{ SourceFilePath = $path; DestinationFilePath = [System.IO.Path]::Combine($target, [System.IO.Path]::GetFileName($path)) }
            })
        $script:OctopusKnown.Remove($Machine)
        Hyper-V\Move-VM -VM $vm -DestinationHost $To -VirtualMachinePath $target -SnapshotFilePath $target -SmartPagingFilePath $target -Vhds $disks -RetainVhdCopiesOnSource -Confirm:$false
        @{ state = 'over' }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Get-OctopusChain {
    <#
    .SYNOPSIS
    The disks of a machine that lie in its own folder: the child, and what checkpoints have put on top of it.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] $VM,
        [Parameter(Mandatory)] [string] $Own
    )
    $folder = $Own -replace '\\', '/'
    foreach ($drive in @(Hyper-V\Get-VMHardDiskDrive -VM $VM)) {
        $path = [string]$drive.Path
        while ($path -and ($path -replace '\\', '/').StartsWith("$folder/", [System.StringComparison]::OrdinalIgnoreCase)) {
            $path
            $path = [string](Hyper-V\Get-VHD -Path $path).ParentPath
        }
    }
}

function Get-OctopusMove {
    <#
    .SYNOPSIS
    How far the move of a machine is: whether it is here, whether it moves, and the percentage where Hyper-V tells one.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [string] $Machine
    )
    $vm = Find-OctopusVM -Machine $Machine
    if ($null -eq $vm) { return @{ here = $false; moving = $false; percent = 0 } }
    $moving = Test-OctopusMoving -VM $vm
    $percent = 0
    if ($moving) {
        foreach ($job in @(Find-OctopusMoveJob -VM $vm)) { $percent = [int]$job.PercentComplete }
    }
    @{ here = $true; moving = $moving; percent = $percent }
}

function Find-OctopusMoveJob {
    <#
    .SYNOPSIS
    Hyper-V's own record of a move that is under way.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] $VM
    )
    $id = [string]$VM.Id
    try {
        foreach ($job in @(CimCmdlets\Get-CimInstance -Namespace 'root/virtualization/v2' -ClassName 'Msvm_MigrationJob' -Filter 'JobState = 4')) {
            if ([string]$job.VirtualSystemName -eq $id) { $job }
        }
    } catch {
        # A host without this class tells no percentage, and its moves are not cancelled.
        return
    }
}

function Stop-OctopusMove {
    <#
    .SYNOPSIS
    Cancels a move that is under way; the machine goes on where it was. Nothing to cancel is nothing to do.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [string] $Machine
    )
    if (-not $PSCmdlet.ShouldProcess($Machine)) { return }
    $vm = Find-OctopusVM -Machine $Machine
    if ($null -eq $vm) { return @{ here = $false; moving = $false } }
    if (-not (Test-OctopusMoving -VM $vm)) { return @{ here = $true; moving = $false } }
    if ([bool]$vm.IsClustered) {
        [void](FailoverClusters\Move-ClusterVirtualMachineRole -VMId $vm.Id -Cancel)
    } else {
        foreach ($job in @(Find-OctopusMoveJob -VM $vm)) {
            [void](CimCmdlets\Invoke-CimMethod -InputObject $job -MethodName 'RequestStateChange' -Arguments @{ RequestedState = [uint16]4 })
        }
    }
    $until = [datetime]::UtcNow.AddSeconds(60)
    while ($true) {
        $vm = Find-OctopusVM -Machine $Machine
        if ($null -eq $vm) { return @{ here = $false; moving = $false } }
        if (-not (Test-OctopusMoving -VM $vm)) { return @{ here = $true; moving = $false } }
        if ([datetime]::UtcNow -gt $until) {
            throw (ConvertTo-OctopusFault -Fault 'busy' -Message "$([string]$vm.Name) is past the point where a move can be cancelled")
        }
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 500
    }
}

function Clear-OctopusSource {
    <#
    .SYNOPSIS
    Deletes what a move has left in the machine's own folder. Called only when the machine was seen on the other host.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    $own = Get-OctopusFolder -Folder $Folder -Machine $Machine
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'after-move'
    try {
        $user = Find-OctopusUser -Folder $Folder -Machine $Machine
        if ($null -ne $user) {
            throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$user.Name) is still on this host")
        }
        Assert-OctopusHere -Folder $Folder -Machine $Machine
        Remove-OctopusPath -Path $own
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Copy-OctopusMachine {
    <#
    .SYNOPSIS
    First half of a cold move: copies the files of a machine that is off into the other host's folder.
    .DESCRIPTION
    They arrive in a folder that is nobody's yet, so a copy that was cut short is seen for what it is.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        # The other host's folder as this host reaches it.
        [Parameter(Mandatory)] [string] $Share
    )
    $own = Get-OctopusFolder -Folder $Folder -Machine $Machine
    $incoming = (Get-OctopusFolder -Folder $Share -Machine $Machine) + '.incoming'
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'send-machine'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        if ([string]$vm.State -ne 'Off') {
            throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$vm.Name) is $([string]$vm.State): stop it first")
        }
        foreach ($drive in @(Hyper-V\Get-VMDvdDrive -VM $vm)) {
            if ([string]$drive.Path) { Hyper-V\Set-VMDvdDrive -VMDvdDrive $drive -Path $null }
        }
        if ([System.IO.Directory]::Exists($incoming)) { [System.IO.Directory]::Delete($incoming, $true) }
        [void][System.IO.Directory]::CreateDirectory($incoming)
        # Open as long as files arrive, so that the other host does not take them for what a crash has left.
        $mark = New-Object -TypeName System.IO.FileStream -ArgumentList ([System.IO.Path]::Combine($incoming, '.sending')), 'CreateNew', 'ReadWrite', 'None', 1, 'DeleteOnClose'
        try {
            foreach ($path in [System.IO.Directory]::GetFiles($own, '*', 'AllDirectories')) {
                $name = $path.Substring($own.Length + 1)
                if ('seed.iso', 'disk.new.vhdx', '.sending' -contains $name) { continue }
                $to = [System.IO.Path]::Combine($incoming, $name)
                [void][System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($to))
                [System.IO.File]::Copy($path, $to)
            }
        } finally {
            $mark.Dispose()
        }
        @{ id = [string]$vm.Id }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Import-OctopusMachine {
    <#
    .SYNOPSIS
    Second half of a cold move: registers what has arrived, with the same Hyper-V id, on this host's own base image.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        # The Hyper-V id that the machine has on the other host.
        [Parameter(Mandatory)] [string] $Id,
        [Parameter(Mandatory)] [string] $Image,
        [Parameter(Mandatory)] [string] $Network
    )
    $own = Get-OctopusFolder -Folder $Folder -Machine $Machine
    $base = Get-OctopusImagePath -Folder $Folder -Image $Image
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'receive-machine'
    try {
        if ($null -ne (Find-OctopusVM -Machine $Machine)) {
            Add-OctopusRole -Machine $Machine
            return
        }
        if (-not [System.IO.File]::Exists($base)) {
            throw (ConvertTo-OctopusFault -Fault 'missing' -Message "there is no image $Image in the folder of images")
        }
        $incoming = "$own.incoming"
        if ([System.IO.Directory]::Exists($incoming)) {
            if ([System.IO.Directory]::Exists($own)) {
                throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "there is a folder of $Machine here already")
            }
            [System.IO.Directory]::Move($incoming, $own)
        }
        $disk = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'disk.vhdx'
        try {
            [void](Hyper-V\Test-VHD -Path $disk)
        } catch {
            # The parent is looked for at its old place: here it may lie at another. Never against the identity of the parent.
            if (-not (Test-OctopusCode -Record $_ -Code '0xC03A000D')) { throw }
            Hyper-V\Set-VHD -Path $disk -ParentPath $base
            [void](Hyper-V\Test-VHD -Path $disk)
        }
        $files = [System.IO.Path]::Combine($own, 'Virtual Machines')
        $file = ''
        if ([System.IO.Directory]::Exists($files)) {
            foreach ($path in [System.IO.Directory]::GetFiles($files)) {
                if ([System.IO.Path]::GetFileName($path) -eq "$Id.vmcx") { $file = $path }
            }
        }
        if (-not $file) {
            throw (ConvertTo-OctopusFault -Fault 'missing' -Message "the configuration of $Machine has not arrived")
        }
        $report = Hyper-V\Compare-VM -Path $file -Register
        # Where the folder is another one than on the other host, the drive is told of its disk.
        foreach ($drive in @($report.VM.HardDrives)) {
            if ([System.IO.Path]::GetFileName(([string]$drive.Path -replace '\\', '/')) -eq 'disk.vhdx' -and [string]$drive.Path -ne $disk) {
                Hyper-V\Set-VMHardDiskDrive -VMHardDiskDrive $drive -Path $disk
            }
        }
        foreach ($problem in @($report.Incompatibilities)) {
            if ([int]$problem.MessageId -eq 33012) {
                # The switch of the other host is called otherwise here.
                Hyper-V\Connect-VMNetworkAdapter -VMNetworkAdapter $problem.Source -SwitchName $Network
            }
        }
        $report = Hyper-V\Compare-VM -CompatibilityReport $report
        $left = @(foreach ($problem in @($report.Incompatibilities)) { [string]$problem.MessageId })
        if ($left.Count -gt 0) {
            throw (ConvertTo-OctopusFault -Fault 'incompatible' -Message "$Machine cannot be registered here: $($left -join ', ')")
        }
        [void](Hyper-V\Import-VM -CompatibilityReport $report)
        if ($null -eq (Find-OctopusVM -Machine $Machine)) {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "$Machine was registered and is not to be found")
        }
        Add-OctopusRole -Machine $Machine
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}
