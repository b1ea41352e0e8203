# What is ours on a host: folders, machines by their tag, locks.

# The layout of the folder that Octopus is given on every host:
#   images\<image>.vhdx         base images, read-only
#   machines\<machine>\         one folder for each machine: disk.vhdx, seed.iso, and Hyper-V's own files of it
#   locks\                      who is at work on what
#   module\                     this module, by version

function Get-OctopusFolder {
    <#
    .SYNOPSIS
    A folder or file of a machine. Only names that cannot leave our folder are taken.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Machine,
        [string] $File
    )
    if (-not [System.IO.Path]::IsPathRooted($Folder)) {
        throw (ConvertTo-OctopusFault -Fault 'configuration' -Message "the folder of Octopus must be a full path, and is $Folder")
    }
    if ($Machine -cnotmatch '\A[a-z][a-z0-9]{0,15}-[a-z0-9][a-z0-9-]{0,39}\z') {
        throw (ConvertTo-OctopusFault -Fault 'configuration' -Message 'a machine is named by an id such as m-17')
    }
    $path = [System.IO.Path]::Combine($Folder, 'machines', $Machine)
    if ($File) { $path = [System.IO.Path]::Combine($path, $File) }
    $path
}

function Get-OctopusImagePath {
    <#
    .SYNOPSIS
    Where a base image lies, whether it is there or not.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Image
    )
    if ($Image -cnotmatch '\A[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z' -or $Image -match '\A(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\z)' -or $Image.EndsWith('.')) {
        throw (ConvertTo-OctopusFault -Fault 'missing' -Message 'there is no image of this name')
    }
    [System.IO.Path]::Combine($Folder, 'images', "$Image.vhdx")
}

function Get-OctopusTag {
    <#
    .SYNOPSIS
    Our tag in a machine's notes; nothing when the machine is not ours.
    .DESCRIPTION
    The tag names the machine's own Hyper-V id: a copy that somebody made of one of our machines is not ours.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] $VM
    )
    $notes = [string]$VM.Notes
    if (-not $notes.StartsWith('{"octopus":1,')) { return }
    try {
        $tag = Microsoft.PowerShell.Utility\ConvertFrom-Json -InputObject $notes
        if ([string]$tag.vm -ne [string]$VM.Id) { return }
        if ([string]$tag.machine -cnotmatch '\A[a-z][a-z0-9]{0,15}-[a-z0-9][a-z0-9-]{0,39}\z') { return }
        @{ machine = [string]$tag.machine; image = [string]$tag.image }
    } catch {
        return
    }
}

function Get-OctopusNote {
    <#
    .SYNOPSIS
    The tag as it is written into a machine's notes.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [string] $Machine,
        [Parameter(Mandatory)] [string] $Image,
        [Parameter(Mandatory)] [string] $Id
    )
    # Names that the patterns above let through need no escaping.
    '{"octopus":1,"machine":"' + $Machine + '","image":"' + $Image + '","vm":"' + $Id + '"}'
}

# Hyper-V ids of machines that were found before, so that a machine is found without listing all.
$script:OctopusKnown = @{}

function Find-OctopusVM {
    <#
    .SYNOPSIS
    Our machine as Hyper-V has it; nothing when a whole list of the host's machines does not hold it.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Machine
    )
    # Comparing texts, PowerShell passes over characters without width: only what is an id to the letter is looked for.
    if ($Machine -cnotmatch '\A[a-z][a-z0-9]{0,15}-[a-z0-9][a-z0-9-]{0,39}\z') { return }
    if ($script:OctopusKnown.ContainsKey($Machine)) {
        try {
            $vm = Hyper-V\Get-VM -Id $script:OctopusKnown[$Machine]
            $tag = Get-OctopusTag -VM $vm
            if ($null -ne $tag -and $tag.machine -ceq $Machine) { return $vm }
        } catch {
            # It has gone, or Hyper-V does not answer: the whole list tells which.
            $script:OctopusKnown.Remove($Machine)
        }
        $script:OctopusKnown.Remove($Machine)
    }
    $found = @(foreach ($vm in @(Hyper-V\Get-VM)) {
            $tag = Get-OctopusTag -VM $vm
            if ($null -ne $tag -and $tag.machine -ceq $Machine) { $vm }
        })
    if ($found.Count -eq 0) { return }
    $script:OctopusKnown[$Machine] = [guid]$found[0].Id
    $found[0]
}

function Get-OctopusVM {
    <#
    .SYNOPSIS
    Our machine as Hyper-V has it; the fault "missing" when it is not there.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Machine
    )
    $vm = Find-OctopusVM -Machine $Machine
    if ($null -eq $vm) {
        throw (ConvertTo-OctopusFault -Fault 'missing' -Message "there is no machine $Machine")
    }
    $vm
}

function Enter-OctopusLock {
    <#
    .SYNOPSIS
    Takes the lock of a machine or an image. Whoever does the same is waited for; another verb is the fault "busy".
    .DESCRIPTION
    The lock is an open file: it goes with the process that holds it, in whatever way that ends.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Name,
        [Parameter(Mandatory)] [string] $Verb
    )
    # The name becomes a file: it must not lead anywhere else.
    if ($Name -cnotmatch '\A(?:host(?:-[a-z0-9-]{1,63})?|(?:image|copy)-[A-Za-z0-9][A-Za-z0-9._-]{0,62}|[a-z][a-z0-9]{0,15}-[a-z0-9][a-z0-9-]{0,39})\z') {
        throw (ConvertTo-OctopusFault -Fault 'configuration' -Message 'a machine is named by an id such as m-17')
    }
    $locks = [System.IO.Path]::Combine($Folder, 'locks')
    [void][System.IO.Directory]::CreateDirectory($locks)
    $path = [System.IO.Path]::Combine($locks, "$Name.lock")
    $words = [System.IO.Path]::Combine($locks, "$Name.verb")
    $refused = $false
    while ($true) {
        try {
            $stream = New-Object -TypeName System.IO.FileStream -ArgumentList $path, 'OpenOrCreate', 'ReadWrite', 'None'
            break
        } catch {
            $inner = $_.Exception
            while ($null -ne $inner.InnerException) { $inner = $inner.InnerException }
            if ($inner -isnot [System.IO.IOException] -or $inner -is [System.IO.DirectoryNotFoundException]) { throw }
        }
        $other = ''
        try { $other = [System.IO.File]::ReadAllText($words) } catch { $other = '' }
        if ($other -cne $Verb) {
            # Whoever has just taken it has yet to write down what for, and who only looks lets go at once.
            if ($refused) { throw (ConvertTo-OctopusFault -Fault 'busy' -Message "$Name is at work: $other") }
            $refused = $true
        }
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 200
    }
    try {
        [System.IO.File]::WriteAllText($words, $Verb)
    } catch {
        # Somebody reads it at this moment: they see the verb before ours, and wait or ask again.
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 1
    }
    $stream
}

function Exit-OctopusLock {
    <#
    .SYNOPSIS
    Gives a lock back.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] $Lock
    )
    $Lock.Dispose()
}

function Test-OctopusOpen {
    <#
    .SYNOPSIS
    Whether somebody has a file open: a lock that is held, or what is still being written, from another host too.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] [string] $Path
    )
    if (-not [System.IO.File]::Exists($Path)) { return $false }
    try {
        $stream = New-Object -TypeName System.IO.FileStream -ArgumentList $Path, 'Open', 'Read', 'None'
        $stream.Dispose()
        return $false
    } catch {
        return [System.IO.File]::Exists($Path)
    }
}

function Test-OctopusAtWork {
    <#
    .SYNOPSIS
    Whether a verb is under way about a machine or an image on this host.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Name
    )
    Test-OctopusOpen -Path ([System.IO.Path]::Combine($Folder, 'locks', "$Name.lock"))
}

function Wait-OctopusState {
    <#
    .SYNOPSIS
    Looks until a machine is in none of Hyper-V's passing states and merges no disks; "busy" when that takes too long.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Machine,
        [int] $Seconds = 60
    )
    $passing = 'Starting', 'Stopping', 'Saving', 'Pausing', 'Resuming', 'Reset', 'ForceShutdown', 'ForceReboot', 'FastSaving'
    $working = 'MergingDisks', 'DeletingSnapshot', 'CreatingSnapshot', 'ApplyingSnapshot', 'BackingUpVirtualMachine', 'ExportingVirtualMachine', 'ModifyingUpVirtualMachine'
    $until = [datetime]::UtcNow.AddSeconds($Seconds)
    while ($true) {
        $vm = Get-OctopusVM -Machine $Machine
        $state = [string]$vm.State
        if ($state -like '*Critical' -or $state -eq 'Other') {
            throw (ConvertTo-OctopusFault -Fault 'configuration' -Message "$Machine is in the state ${state}: its disks cannot be reached, look at the host")
        }
        $work = [string]$vm.SecondaryOperationalStatus
        if ($passing -notcontains $state -and $working -notcontains $work) { return $vm }
        if ([datetime]::UtcNow -gt $until) {
            throw (ConvertTo-OctopusFault -Fault 'busy' -Message "$Machine is at work: $state $work")
        }
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 500
    }
}

function Test-OctopusMoving {
    <#
    .SYNOPSIS
    Whether a machine is on its way to another host, or its disks are.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] $VM
    )
    $moving = 'MigratingVirtualMachine', 'MigratingPlannedVm', 'StorageMigrationPhaseOne', 'StorageMigrationPhaseTwo'
    foreach ($status in [string]$VM.PrimaryOperationalStatus, [string]$VM.SecondaryOperationalStatus) {
        if ($moving -contains $status) { return $true }
    }
    $false
}

function Remove-OctopusPath {
    <#
    .SYNOPSIS
    Deletes one file or one folder of ours; a file that is still open somewhere is tried for a quarter of a minute.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Path
    )
    if (-not $PSCmdlet.ShouldProcess($Path)) { return }
    $until = [datetime]::UtcNow.AddSeconds(15)
    while ($true) {
        try {
            if ([System.IO.Directory]::Exists($Path)) { [System.IO.Directory]::Delete($Path, $true) }
            elseif ([System.IO.File]::Exists($Path)) { [System.IO.File]::Delete($Path) }
            return
        } catch {
            # Sharing violation, directory not empty: whoever still has the file open lets go in seconds.
            if ([datetime]::UtcNow -gt $until) { throw }
        }
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 500
    }
}
