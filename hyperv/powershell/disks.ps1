# Differencing disks: one folder for each machine, one child of a base image in it.

function Get-OctopusDisk {
    <#
    .SYNOPSIS
    Our differencing disks on this host, or the one that is asked for.
    .DESCRIPTION
    A disk whose chain cannot be read is still a disk: its image is '' then.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [string] $Machine
    )
    if ($PSBoundParameters.ContainsKey('Machine')) {
        $path = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'disk.vhdx'
        if (-not [System.IO.File]::Exists($path)) {
            # A host whose Hyper-V does not answer must not look like one without disks.
            [void](Hyper-V\Get-VMHost)
            return
        }
        if (-not (Test-OctopusHome -Folder $Folder -Machine $Machine -Node ([string](Hyper-V\Get-VMHost).Name) -Inhabited (Get-OctopusInhabited -Folder $Folder))) { return }
        return Get-OctopusDiskView -Path $path -Machine $Machine
    }
    $node = [string](Hyper-V\Get-VMHost).Name
    $inhabited = Get-OctopusInhabited -Folder $Folder
    $own = New-Object -TypeName 'System.Collections.Generic.List[object]'
    $files = New-Object -TypeName 'System.Collections.Generic.List[string]'
    $root = [System.IO.Path]::Combine($Folder, 'machines')
    if ([System.IO.Directory]::Exists($root)) {
        foreach ($place in [System.IO.Directory]::GetDirectories($root)) {
            $name = [System.IO.Path]::GetFileName($place)
            if ($name -cnotmatch '\A[a-z][a-z0-9]{0,15}-[a-z0-9][a-z0-9-]{0,39}\z') { continue }
            $path = [System.IO.Path]::Combine($place, 'disk.vhdx')
            if (-not [System.IO.File]::Exists($path)) { continue }
            if (-not (Test-OctopusHome -Folder $Folder -Machine $name -Node $node -Inhabited $inhabited)) { continue }
            $own.Add(@{ path = $path; machine = $name })
            $files.Add($path)
            foreach ($file in [System.IO.Directory]::GetFiles($place, '*.avhdx')) { $files.Add($file) }
        }
    }
    $known = @{}
    try {
        # All at once, where all are sound; else each by itself, so that one broken chain hides no other disk.
        if ($files.Count -gt 0) { foreach ($disk in @(Hyper-V\Get-VHD -Path $files.ToArray())) { $known[[string]$disk.Path] = $disk } }
    } catch {
        $known = @{}
    }
    $list = New-Object -TypeName 'System.Collections.Generic.List[object]'
    foreach ($each in $own) { $list.Add((Get-OctopusDiskView -Path $each.path -Machine $each.machine -Known $known)) }
    , $list.ToArray()
}

function Get-OctopusDiskView {
    <#
    .SYNOPSIS
    A disk field by field: its image by the name of the parent file, its size with those of checkpoints on top of it.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [string] $Machine,
        # Disks that were read already, by path.
        [hashtable] $Known = @{}
    )
    $image = ''
    $bytes = [long]0
    $virtual = [long]0
    try {
        $disk = $Known[$Path]
        if ($null -eq $disk) { $disk = Hyper-V\Get-VHD -Path $Path }
        $bytes = [long]$disk.FileSize
        $virtual = [long]$disk.Size
        if ([string]$disk.VhdType -eq 'Differencing') {
            # The parent is written as Windows writes paths, whatever this runs on.
            $image = ([string]$disk.ParentPath -split '[\\/]')[-1] -replace '\.vhdx\z', ''
        }
    } catch {
        if (Test-OctopusCode -Record $_ -Code 'AccessDenied', '0x80070005') { throw }
        $bytes = (New-Object -TypeName System.IO.FileInfo -ArgumentList $Path).Length
    }
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::GetDirectoryName($Path), '*.avhdx')) {
        try {
            $layer = $Known[$file]
            if ($null -eq $layer) { $layer = Hyper-V\Get-VHD -Path $file }
            $bytes += [long]$layer.FileSize
        } catch {
            $bytes += (New-Object -TypeName System.IO.FileInfo -ArgumentList $file).Length
        }
    }
    @{
        machine = $Machine
        image   = $image
        size    = [long][math]::Ceiling($bytes / 1MB)
        virtual = [long][math]::Floor($virtual / 1MB)
    }
}

function New-OctopusDisk {
    <#
    .SYNOPSIS
    Makes a machine's differencing disk on a base image: under a name of its own first, so that half a disk is never taken for one.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        [Parameter(Mandatory)] [string] $Image
    )
    $path = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'disk.vhdx'
    $base = Get-OctopusImagePath -Folder $Folder -Image $Image
    if (-not $PSCmdlet.ShouldProcess($path)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'create-disk'
    try {
        Assert-OctopusHere -Folder $Folder -Machine $Machine
        if ([System.IO.File]::Exists($path)) {
            $disk = Hyper-V\Get-VHD -Path $path
            $parent = ([string]$disk.ParentPath -split '[\\/]')[-1]
            if ($parent -eq "$Image.vhdx") {
                Set-OctopusHome -Folder $Folder -Machine $Machine
                return
            }
            throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$Machine has a disk of $parent already")
        }
        if (-not [System.IO.File]::Exists($base)) {
            throw (ConvertTo-OctopusFault -Fault 'missing' -Message "there is no image $Image in the folder of images")
        }
        # Whoever writes to a base image breaks every disk that was made of it.
        $file = New-Object -TypeName System.IO.FileInfo -ArgumentList $base
        if (-not $file.IsReadOnly) { $file.IsReadOnly = $true }
        [void][System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($path))
        Set-OctopusHome -Folder $Folder -Machine $Machine
        $half = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'disk.new.vhdx'
        # Two creations on one parent at a time meet a sharing violation.
        $turn = Enter-OctopusLock -Folder $Folder -Name "image-$Image" -Verb 'create-disk'
        try {
            New-OctopusHalf -Path $half -Base $base
        } finally {
            Exit-OctopusLock -Lock $turn
        }
        [System.IO.File]::Move($half, $path)
        $made = Hyper-V\Get-VHD -Path $path
        if ([string]$made.VhdType -ne 'Differencing') {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "the disk of $Machine was made and is not a differencing disk")
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function New-OctopusHalf {
    <#
    .SYNOPSIS
    Makes a differencing disk under the name of one that is not finished, whatever an earlier call has left there.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [string] $Base
    )
    if (-not $PSCmdlet.ShouldProcess($Path)) { return }
    for ($try = 1; ; $try += 1) {
        Remove-OctopusPath -Path $Path
        try {
            [void](Hyper-V\New-VHD -Path $Path -ParentPath $Base -Differencing)
            return
        } catch {
            # What a call that was cut short has begun, Hyper-V has ended just now.
            if ($try -ge 3 -or -not (Test-OctopusCode -Record $_ -Code '0x80070050')) { throw }
        }
    }
}

function Remove-OctopusDisk {
    <#
    .SYNOPSIS
    Deletes a machine's own folder with its disk, when no machine is defined on it any more.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    $own = Get-OctopusFolder -Folder $Folder -Machine $Machine
    if (-not $PSCmdlet.ShouldProcess($own)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'delete-disk'
    try {
        # The look at all machines comes first: a Hyper-V that does not answer proves nothing.
        $user = Find-OctopusUser -Folder $Folder -Machine $Machine
        if (-not [System.IO.Directory]::Exists($own)) { return }
        if ($null -ne $user) {
            if ([string]$user.State -ne 'Off') {
                throw (ConvertTo-OctopusFault -Fault 'busy' -Message "the disk of $Machine is in use: $([string]$user.Name) is $([string]$user.State)")
            }
            throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$user.Name) is still defined on the disk of $Machine")
        }
        Assert-OctopusHere -Folder $Folder -Machine $Machine
        Remove-OctopusPath -Path $own
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Get-OctopusInhabited {
    <#
    .SYNOPSIS
    In a failover cluster, where our folder is that of all nodes: the machines' folders in which machines of this one live.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [string] $Folder
    )
    $found = @{}
    if (-not $script:OctopusCluster) { return $found }
    $machines = ([System.IO.Path]::Combine($Folder, 'machines') -replace '\\', '/') + '/'
    foreach ($vm in @(Hyper-V\Get-VM)) {
        $tag = Get-OctopusTag -VM $vm
        if ($null -ne $tag) { $found[$tag.machine] = $true }
        $path = [string]$vm.Path -replace '\\', '/'
        if ($path.StartsWith($machines, [System.StringComparison]::OrdinalIgnoreCase)) { $found[$path.Substring($machines.Length).Split('/')[0]] = $true }
    }
    $found
}

function Find-OctopusUser {
    <#
    .SYNOPSIS
    Whatever machine lives in a machine's own folder, ours by tag or not: its disk or its configuration lies there.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    $own = (Get-OctopusFolder -Folder $Folder -Machine $Machine) -replace '\\', '/'
    foreach ($vm in @(Hyper-V\Get-VM)) {
        $tag = Get-OctopusTag -VM $vm
        if ($null -ne $tag -and $tag.machine -ceq $Machine) { return $vm }
        $paths = @([string]$vm.Path, [string]$vm.ConfigurationLocation) + @(foreach ($drive in @($vm.HardDrives)) { [string]$drive.Path })
        foreach ($path in $paths) {
            $slashed = $path -replace '\\', '/'
            if ($slashed -eq $own -or $slashed.StartsWith("$own/", [System.StringComparison]::OrdinalIgnoreCase)) { return $vm }
        }
    }
}
