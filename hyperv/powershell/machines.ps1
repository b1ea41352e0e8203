# Machines: defined, seeded, resized, removed.

function New-OctopusMachine {
    <#
    .SYNOPSIS
    Defines a machine on its differencing disk, switched off: generation 2, able to move, without automatic checkpoints.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Name,
        [Parameter(Mandatory)] [string] $Image,
        [Parameter(Mandatory)] [int] $Cores,
        [Parameter(Mandatory)] [long] $Memory,
        # Least memory in MiB with dynamic memory; 0: static.
        [long] $MemoryMin = 0,
        [Parameter(Mandatory)] [string] $Network,
        [Parameter(Mandatory)] [ValidateSet('linux', 'windows')] [string] $System
    )
    $own = Get-OctopusFolder -Folder $Folder -Machine $Machine
    $disk = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'disk.vhdx'
    if ($Name.Length -lt 1 -or $Name.Length -gt 100 -or $Name -match '[\x00-\x1f\x7f\u0080-\u009f\u2028-\u202e\u2066-\u2069]') {
        throw (ConvertTo-OctopusFault -Fault 'configuration' -Message 'a machine is called by 1 to 100 characters, none of them invisible')
    }
    if (-not $PSCmdlet.ShouldProcess($own)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'define-machine'
    try {
        $vm = Find-OctopusVM -Machine $Machine
        if ($null -ne $vm) {
            $tag = Get-OctopusTag -VM $vm
            $is = Get-OctopusView -VM $vm -Tag $tag
            if ($is.name.Equals($Name) -and $is.image -ceq $Image -and $is.cores -eq $Cores -and $is.memory -eq $Memory) {
                Add-OctopusRole -Machine $Machine
                return
            }
            throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$Machine is defined otherwise already")
        }
        if (-not [System.IO.File]::Exists($disk)) {
            throw (ConvertTo-OctopusFault -Fault 'missing' -Message "there is no disk of $Machine")
        }
        $chain = Hyper-V\Get-VHD -Path $disk
        if (([string]$chain.ParentPath -split '[\\/]')[-1] -ne "$Image.vhdx") {
            throw (ConvertTo-OctopusFault -Fault 'missing' -Message "there is no disk of $Image for $Machine")
        }
        Assert-OctopusHere -Folder $Folder -Machine $Machine
        # A definition that a crash cut short has no tag yet; it lives in our folder, and is made anew.
        $ruin = Find-OctopusUser -Folder $Folder -Machine $Machine
        if ($null -ne $ruin) {
            if ([string]$ruin.State -ne 'Off' -or [string]$ruin.Notes -ne '' -or [string]$ruin.Name -cne $Machine) {
                throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$ruin.Name) uses the folder of $Machine and is not ours")
            }
            Hyper-V\Remove-VM -VM $ruin -Force -Confirm:$false
        }
        $switches = @(Hyper-V\Get-VMSwitch | Microsoft.PowerShell.Core\Where-Object -FilterScript { [string]$_.Name -ceq $Network })
        if ($switches.Count -eq 0) {
            throw (ConvertTo-OctopusFault -Fault 'configuration' -Message "there is no virtual switch called $Network")
        }
        # Hyper-V makes a folder of the machine's name under the path: by our id it is the machine's own folder.
        $made = Hyper-V\New-VM -Name $Machine -Generation 2 -MemoryStartupBytes ($Memory * 1MB) -VHDPath $disk -Path ([System.IO.Path]::Combine($Folder, 'machines')) -SwitchName $Network
        try {
            Set-OctopusHardware -VM $made -Cores $Cores -Memory $Memory -MemoryMin $MemoryMin
            # cloud images are signed for the certificate authority of UEFI, Windows for its own.
            $template = 'MicrosoftUEFICertificateAuthority'
            if ($System -eq 'windows') { $template = 'MicrosoftWindows' }
            Hyper-V\Set-VMFirmware -VM $made -EnableSecureBoot On -SecureBootTemplate $template
            $plain = @{
                VM = $made; CheckpointType = 'Production'; AutomaticStartAction = 'Nothing'; AutomaticStopAction = 'ShutDown'
                Notes = (Get-OctopusNote -Machine $Machine -Image $Image -Id ([string]$made.Id)); NewVMName = $Name
            }
            # Automatic checkpoints put a disk on top of ours at every start. Server 2016 has neither them nor the parameter.
            if ((Microsoft.PowerShell.Core\Get-Command -Name 'Hyper-V\Set-VM').Parameters.ContainsKey('AutomaticCheckpointsEnabled')) {
                $plain['AutomaticCheckpointsEnabled'] = $false
            }
            Hyper-V\Set-VM @plain
            Add-OctopusRole -Machine $Machine
        } catch {
            $first = $_
            try {
                Hyper-V\Remove-VM -VM $made -Force -Confirm:$false
            } catch {
                # The first error says what is wrong; what is left without a tag is made anew or found as a leftover.
                $script:OctopusKnown.Remove($Machine)
            }
            throw $first
        }
        if ($null -eq (Find-OctopusVM -Machine $Machine)) {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "$Machine was defined and is not to be found")
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Set-OctopusHardware {
    <#
    .SYNOPSIS
    Processors and memory of a machine that is off, in one go each: limits are refused against the old ones otherwise.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] $VM,
        [Parameter(Mandatory)] [int] $Cores,
        [Parameter(Mandatory)] [long] $Memory,
        [long] $MemoryMin = 0
    )
    if (-not $PSCmdlet.ShouldProcess([string]$VM.Name)) { return }
    # Able to move between processors of different steppings; can be set only while the machine is off.
    Hyper-V\Set-VMProcessor -VM $VM -Count $Cores -CompatibilityForMigrationEnabled $true
    if ($MemoryMin -gt 0 -and $MemoryMin -lt $Memory) {
        $start = [math]::Min($Memory, [math]::Max($MemoryMin, 1024))
        Hyper-V\Set-VMMemory -VM $VM -DynamicMemoryEnabled $true -StartupBytes ($start * 1MB) -MinimumBytes ($MemoryMin * 1MB) -MaximumBytes ($Memory * 1MB)
    } else {
        Hyper-V\Set-VMMemory -VM $VM -DynamicMemoryEnabled $false -StartupBytes ($Memory * 1MB)
    }
}

function Set-OctopusRunningMemory {
    <#
    .SYNOPSIS
    Another size of memory for a machine that runs: of static memory the size, of dynamic memory a higher limit.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] $VM,
        [Parameter(Mandatory)] [long] $Memory
    )
    if (-not $PSCmdlet.ShouldProcess([string]$VM.Name)) { return }
    if ([bool]$VM.DynamicMemoryEnabled -and $Memory * 1MB -lt [long]$VM.MemoryMaximum) {
        throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$VM.Name) runs with dynamic memory, whose limit only rises then: stop it first")
    }
    try {
        if ([bool]$VM.DynamicMemoryEnabled) { Hyper-V\Set-VMMemory -VM $VM -MaximumBytes ($Memory * 1MB) }
        else { Hyper-V\Set-VMMemory -VM $VM -StartupBytes ($Memory * 1MB) }
    } catch {
        # It still boots, has no driver for it, or is asked to give up what it uses.
        if (-not (Test-OctopusCode -Record $_ -Code 'InvalidState', '32775')) { throw }
        throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$VM.Name) does not take this size of memory while it runs: stop it first")
    }
}

function Resize-OctopusMachine {
    <#
    .SYNOPSIS
    Gives a machine other processors, other memory and a larger disk.
    .DESCRIPTION
    Processors change while the machine is off; memory also while it runs, where Hyper-V and the guest let it. The disk grows only, online too, and not while it has
    checkpoints; the guest has to grow its file system, which cloud images do at their next start.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        # 0: as it is. Memory and disk in MiB.
        [int] $Cores = 0,
        [long] $Memory = 0,
        [long] $MemoryMin = 0,
        [long] $Disk = 0
    )
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'resize-machine'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        $is = Get-OctopusView -VM $vm -Tag (Get-OctopusTag -VM $vm)
        $wantedCores = $is.cores
        if ($Cores -gt 0) { $wantedCores = $Cores }
        $wantedMemory = $is.memory
        if ($Memory -gt 0) { $wantedMemory = $Memory }
        if ($wantedCores -ne $is.cores -or $wantedMemory -ne $is.memory) {
            if ([string]$vm.State -eq 'Off') {
                Set-OctopusHardware -VM $vm -Cores $wantedCores -Memory $wantedMemory -MemoryMin $MemoryMin
            } elseif ([string]$vm.State -eq 'Running' -and $wantedCores -eq $is.cores) {
                Set-OctopusRunningMemory -VM $vm -Memory $wantedMemory
            } else {
                throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$($is.name) is $([string]$vm.State): stop it first")
            }
            Update-OctopusRole -VM $vm
        }
        if ($Disk -gt 0) {
            $path = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'disk.vhdx'
            $size = [long](Hyper-V\Get-VHD -Path $path).Size
            if ($size -gt $Disk * 1MB) {
                throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "the disk of $($is.name) has $([long]($size / 1MB)) MiB already, and disks do not shrink")
            }
            if ($size -lt $Disk * 1MB) {
                if (@(Hyper-V\Get-VMSnapshot -VM $vm).Count -gt 0) {
                    throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$($is.name) has checkpoints: delete them before its disk grows")
                }
                Hyper-V\Resize-VHD -Path $path -SizeBytes ($Disk * 1MB)
            }
        }
        $now = Get-OctopusView -VM (Get-OctopusVM -Machine $Machine) -Tag (Get-OctopusTag -VM $vm)
        if ($now.cores -ne $wantedCores -or $now.memory -ne $wantedMemory) {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "$($is.name) was resized and has $($now.cores) cores and $($now.memory) MiB")
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Remove-OctopusMachine {
    <#
    .SYNOPSIS
    Removes a machine's definition; the disk stays. Checkpoints are merged into the disk by Hyper-V, which is waited for.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    if (-not $PSCmdlet.ShouldProcess($Machine)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'remove-machine'
    try {
        if ($null -eq (Find-OctopusVM -Machine $Machine)) { return }
        $vm = Wait-OctopusState -Machine $Machine
        if ('Off', 'Saved', 'FastSaved' -notcontains [string]$vm.State) {
            throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$vm.Name) is $([string]$vm.State): stop it first")
        }
        if (@(Hyper-V\Get-VMSnapshot -VM $vm).Count -gt 0) {
            # Merged first, while the machine is there to tell how far that is.
            Hyper-V\Remove-VMSnapshot -VM $vm -Confirm:$false
            $vm = Wait-OctopusState -Machine $Machine -Seconds 600
        }
        Remove-OctopusRole -VM $vm
        Set-OctopusHome -Folder $Folder -Machine $Machine
        Hyper-V\Remove-VM -VM $vm -Force -Confirm:$false
        $script:OctopusKnown.Remove($Machine)
        if ($null -ne (Find-OctopusVM -Machine $Machine)) {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "$Machine was removed and is still there")
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Add-OctopusSeed {
    <#
    .SYNOPSIS
    Puts the seed image into the machine's folder and its drive: what the guest reads at its first boot.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine,
        # The image, gzip and base64.
        [Parameter(Mandatory)] [string] $Seed
    )
    $path = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'seed.iso'
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'seed-machine'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        $packed = New-Object -TypeName System.IO.MemoryStream -ArgumentList (, [System.Convert]::FromBase64String($Seed))
        $reader = New-Object -TypeName System.IO.Compression.GZipStream -ArgumentList $packed, ([System.IO.Compression.CompressionMode]::Decompress)
        $plain = New-Object -TypeName System.IO.MemoryStream
        $reader.CopyTo($plain)
        $drives = @(Hyper-V\Get-VMDvdDrive -VM $vm)
        # What a guest has read, or reads, cannot be taken back: a machine that runs has the seed that it was started with.
        if ([string]$vm.State -ne 'Off' -and [System.IO.File]::Exists($path)) { return }
        $isThere = [System.IO.File]::Exists($path) -and [System.Convert]::ToBase64String([System.IO.File]::ReadAllBytes($path)) -ceq [System.Convert]::ToBase64String($plain.ToArray())
        if (-not $isThere) {
            if ([string]$vm.State -ne 'Off') {
                throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$vm.Name) is $([string]$vm.State): it is seeded before it starts")
            }
            foreach ($drive in $drives) { Hyper-V\Set-VMDvdDrive -VMDvdDrive $drive -Path $null }
            [System.IO.File]::WriteAllBytes($path, $plain.ToArray())
        }
        if ($drives.Count -eq 0) { Hyper-V\Add-VMDvdDrive -VM $vm -Path $path }
        elseif ([string]$drives[0].Path -ne $path -or -not $isThere) { Hyper-V\Set-VMDvdDrive -VMDvdDrive $drives[0] -Path $path }
        # The disk boots first: a seed is not a system.
        $disks = @(Hyper-V\Get-VMHardDiskDrive -VM $vm)
        if ($disks.Count -gt 0 -and [string]$vm.State -eq 'Off') { Hyper-V\Set-VMFirmware -VM $vm -FirstBootDevice $disks[0] }
        Update-OctopusRole -VM $vm
        if ([string]@(Hyper-V\Get-VMDvdDrive -VM $vm)[0].Path -ne $path) {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "the seed of $Machine is not in its drive")
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Clear-OctopusSeed {
    <#
    .SYNOPSIS
    Takes the seed out of a machine's drive when its guest has read it. What is left says that it was seeded, and nothing else.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Machine
    )
    $path = Get-OctopusFolder -Folder $Folder -Machine $Machine -File 'seed.iso'
    if (-not $PSCmdlet.ShouldProcess($path)) { return }
    $lock = Enter-OctopusLock -Folder $Folder -Name $Machine -Verb 'eject-seed'
    try {
        $vm = Wait-OctopusState -Machine $Machine
        if (Test-OctopusMoving -VM $vm) { return }
        foreach ($drive in @(Hyper-V\Get-VMDvdDrive -VM $vm)) {
            if ([string]$drive.Path) { Hyper-V\Set-VMDvdDrive -VMDvdDrive $drive -Path $null }
        }
        Update-OctopusRole -VM $vm
        if ([System.IO.File]::Exists($path)) { [System.IO.File]::WriteAllText($path, '') }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}
