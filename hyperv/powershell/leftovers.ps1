# What crashes leave behind in our own folder: found, reported, and cleaned when an administrator says so.

function Get-OctopusLeftover {
    <#
    .SYNOPSIS
    What lies in our folder and belongs to no machine: each with a kind and a name that cleaning takes.
    .DESCRIPTION
    What somebody is at work on is not left over: a disk that is being made, a copy that is still arriving.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder
    )
    $list = New-Object -TypeName 'System.Collections.Generic.List[object]'
    $machines = [System.IO.Path]::Combine($Folder, 'machines')
    $slashed = ($machines -replace '\\', '/') + '/'
    $used = @{}
    foreach ($vm in @(Hyper-V\Get-VM)) {
        $tag = Get-OctopusTag -VM $vm
        if ($null -ne $tag) {
            $used[$tag.machine] = $true
            continue
        }
        $paths = @([string]$vm.Path, [string]$vm.ConfigurationLocation) + @(foreach ($drive in @($vm.HardDrives)) { [string]$drive.Path })
        foreach ($path in $paths) {
            $path = $path -replace '\\', '/'
            if (-not $path.StartsWith($slashed, [System.StringComparison]::OrdinalIgnoreCase)) { continue }
            $name = $path.Substring($slashed.Length).Split('/')[0]
            if ($used.ContainsKey($name)) { continue }
            $used[$name] = $true
            if (Test-OctopusAtWork -Folder $Folder -Name $name) { continue }
            $list.Add(@{ kind = 'untagged-machine'; name = $name; detail = [string]$vm.Name })
        }
    }
    if ([System.IO.Directory]::Exists($machines)) {
        foreach ($own in [System.IO.Directory]::GetDirectories($machines)) {
            $name = [System.IO.Path]::GetFileName($own)
            if ($name -like '*.incoming') {
                if (Test-OctopusOpen -Path ([System.IO.Path]::Combine($own, '.sending'))) { continue }
                $list.Add(@{ kind = 'half-move'; name = $name.Substring(0, $name.Length - 9); detail = '' })
            } elseif ($name -cmatch '\A[a-z][a-z0-9]{0,15}-[a-z0-9][a-z0-9-]{0,39}\z') {
                if (Test-OctopusAtWork -Folder $Folder -Name $name) { continue }
                if ([System.IO.File]::Exists([System.IO.Path]::Combine($own, 'disk.new.vhdx'))) {
                    $list.Add(@{ kind = 'half-disk'; name = $name; detail = '' })
                } elseif (-not $used.ContainsKey($name)) {
                    $what = 'empty'
                    if ([System.IO.File]::Exists([System.IO.Path]::Combine($own, 'disk.vhdx'))) { $what = 'with a disk' }
                    if (Test-OctopusConfigured -Folder $Folder -Machine $name) { $what = 'with a configuration' }
                    $list.Add(@{ kind = 'folder-without-machine'; name = $name; detail = $what })
                }
            }
        }
    }
    $images = [System.IO.Path]::Combine($Folder, 'images')
    if ([System.IO.Directory]::Exists($images)) {
        foreach ($path in [System.IO.Directory]::GetFiles($images, '*.vhdx.incoming')) {
            $name = [System.IO.Path]::GetFileName($path)
            if (Test-OctopusOpen -Path $path) { continue }
            $list.Add(@{ kind = 'half-image'; name = $name.Substring(0, $name.Length - 14); detail = '' })
        }
    }
    foreach ($planned in @(Find-OctopusPlanned)) {
        $list.Add(@{ kind = 'planned-machine'; name = $planned.id; detail = $planned.machine })
    }
    , $list.ToArray()
}

function Find-OctopusPlanned {
    <#
    .SYNOPSIS
    Machines of ours that a move or an import has planned on this host and not made, or not yet.
    .DESCRIPTION
    Ours by the tag in their Notes, as machines are: what others plan is theirs.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param()
    try {
        $all = @(CimCmdlets\Get-CimInstance -Namespace 'root/virtualization/v2' -ClassName 'Msvm_PlannedComputerSystem')
    } catch {
        # A host without this class plans nothing.
        return
    }
    foreach ($planned in $all) {
        $id = [string]$planned.Name
        $settings = @(CimCmdlets\Get-CimInstance -Namespace 'root/virtualization/v2' -ClassName 'Msvm_VirtualSystemSettingData' -Filter "VirtualSystemIdentifier='$id' AND VirtualSystemType='Microsoft:Hyper-V:System:Planned'")
        if ($settings.Count -eq 0) { continue }
        $tag = Get-OctopusTag -VM ([pscustomobject]@{ Notes = (@($settings[0].Notes) -join "`n"); Id = $id })
        if ($null -ne $tag) { @{ id = $id; machine = $tag.machine; system = $planned } }
    }
}

function Clear-OctopusPlanned {
    <#
    .SYNOPSIS
    Takes a planned machine back, and waits until Hyper-V has done so.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Id
    )
    if (-not $PSCmdlet.ShouldProcess($Id)) { return }
    $found = @(Find-OctopusPlanned | Microsoft.PowerShell.Core\Where-Object -FilterScript { $_.id -eq $Id })
    if ($found.Count -eq 0) { return }
    $service = @(CimCmdlets\Get-CimInstance -Namespace 'root/virtualization/v2' -ClassName 'Msvm_VirtualSystemManagementService')
    $said = CimCmdlets\Invoke-CimMethod -InputObject $service[0] -MethodName 'DestroySystem' -Arguments @{ AffectedSystem = $found[0].system }
    # 0: done, 4096: begun.
    if ((0, 4096) -notcontains [int]$said.ReturnValue) {
        throw (ConvertTo-OctopusFault -Fault 'busy' -Message "Hyper-V does not give the planned machine $Id up ($([int]$said.ReturnValue))")
    }
    $until = [datetime]::UtcNow.AddSeconds(60)
    while (@(Find-OctopusPlanned | Microsoft.PowerShell.Core\Where-Object -FilterScript { $_.id -eq $Id }).Count -gt 0) {
        if ([datetime]::UtcNow -gt $until) {
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "the planned machine $Id was taken back and is still there")
        }
        Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 500
    }
}

function Clear-OctopusLeftover {
    <#
    .SYNOPSIS
    Cleans one leftover, after looking again that it still is one.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [ValidateSet('untagged-machine', 'half-move', 'half-disk', 'folder-without-machine', 'half-image', 'planned-machine')] [string] $Kind,
        [Parameter(Mandatory)] [string] $Name
    )
    if ($Kind -eq 'half-image') {
        $path = (Get-OctopusImagePath -Folder $Folder -Image $Name) + '.incoming'
        $lock = Enter-OctopusLock -Folder $Folder -Name "image-$Name" -Verb 'clean-leftover'
        try {
            if (Test-OctopusOpen -Path $path) {
                throw (ConvertTo-OctopusFault -Fault 'busy' -Message "the image $Name is still arriving")
            }
            if ([System.IO.File]::Exists($path)) { [System.IO.File]::SetAttributes($path, 'Normal') }
            Remove-OctopusPath -Path $path
        } finally {
            Exit-OctopusLock -Lock $lock
        }
        return
    }
    if ($Kind -eq 'planned-machine') {
        Clear-OctopusPlanned -Id $Name
        return
    }
    $own = Get-OctopusFolder -Folder $Folder -Machine $Name
    $lock = Enter-OctopusLock -Folder $Folder -Name $Name -Verb 'clean-leftover'
    try {
        if ($Kind -eq 'half-move') {
            if (Test-OctopusOpen -Path ([System.IO.Path]::Combine("$own.incoming", '.sending'))) {
                throw (ConvertTo-OctopusFault -Fault 'busy' -Message "$Name is still arriving")
            }
            Remove-OctopusPath -Path "$own.incoming"
            return
        }
        if ($Kind -eq 'half-disk') {
            Remove-OctopusPath -Path (Get-OctopusFolder -Folder $Folder -Machine $Name -File 'disk.new.vhdx')
            return
        }
        $user = Find-OctopusUser -Folder $Folder -Machine $Name
        if ($null -ne $user) {
            if ($Kind -eq 'folder-without-machine' -or $null -ne (Get-OctopusTag -VM $user) -or [string]$user.State -ne 'Off') {
                throw (ConvertTo-OctopusFault -Fault 'conflict' -Message "$([string]$user.Name) lives in this folder and is $([string]$user.State)")
            }
            Hyper-V\Remove-VM -VM $user -Force -Confirm:$false
        }
        if ($Kind -eq 'folder-without-machine') { Remove-OctopusPath -Path $own }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}
