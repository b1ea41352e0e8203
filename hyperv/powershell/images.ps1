# Base images: read-only, the same bytes at the same place on every host.

function Get-OctopusImage {
    <#
    .SYNOPSIS
    The images of this host, with their hashes where they were calculated since the file last changed.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder
    )
    $list = New-Object -TypeName 'System.Collections.Generic.List[object]'
    $root = [System.IO.Path]::Combine($Folder, 'images')
    if ([System.IO.Directory]::Exists($root)) {
        foreach ($path in [System.IO.Directory]::GetFiles($root, '*.vhdx')) {
            $file = New-Object -TypeName System.IO.FileInfo -ArgumentList $path
            $list.Add(@{
                    image    = [System.IO.Path]::GetFileNameWithoutExtension($path)
                    bytes    = [long]$file.Length
                    readOnly = [bool]$file.IsReadOnly
                    hash     = (Get-OctopusKnownHash -File $file)
                })
        }
    }
    , $list.ToArray()
}

function Get-OctopusKnownHash {
    <#
    .SYNOPSIS
    A hash that was written beside the image, when size and time of the file are still those it was calculated of; else ''.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [System.IO.FileInfo] $File
    )
    $beside = $File.FullName + '.sha256'
    if (-not [System.IO.File]::Exists($beside)) { return '' }
    $words = [System.IO.File]::ReadAllText($beside).Trim().Split(' ')
    if ($words.Count -ne 3 -or $words[1] -ne [string]$File.Length -or $words[2] -ne [string]$File.LastWriteTimeUtc.Ticks) { return '' }
    $words[0]
}

function Get-OctopusImageHash {
    <#
    .SYNOPSIS
    The SHA-256 of an image, calculated unless it is known; takes minutes for a large one.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Image,
        # A disk that forgets changes bytes, and neither size nor time.
        [bool] $Anew = $false
    )
    $path = Get-OctopusImagePath -Folder $Folder -Image $Image
    if (-not [System.IO.File]::Exists($path)) {
        throw (ConvertTo-OctopusFault -Fault 'missing' -Message "there is no image $Image in the folder of images")
    }
    $file = New-Object -TypeName System.IO.FileInfo -ArgumentList $path
    $known = Get-OctopusKnownHash -File $file
    if ($known -and -not $Anew) { return $known }
    $hash = [string](Microsoft.PowerShell.Utility\Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash
    [System.IO.File]::WriteAllText("$path.sha256", ('{0} {1} {2}' -f $hash, $file.Length, $file.LastWriteTimeUtc.Ticks))
    $hash
}

function Copy-OctopusImage {
    <#
    .SYNOPSIS
    Copies an image into another host's folder, under a name that nobody takes for an image until it was checked there.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Image,
        # The other host's folder as this host reaches it.
        [Parameter(Mandatory)] [string] $Share
    )
    $from = Get-OctopusImagePath -Folder $Folder -Image $Image
    if (-not [System.IO.File]::Exists($from)) {
        throw (ConvertTo-OctopusFault -Fault 'missing' -Message "there is no image $Image in the folder of images")
    }
    $to = [System.IO.Path]::Combine($Share, 'images', "$Image.vhdx.incoming")
    $lock = Enter-OctopusLock -Folder $Folder -Name "copy-$Image" -Verb 'copy-image'
    try {
        [void][System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($to))
        if (Test-OctopusOpen -Path $to) {
            throw (ConvertTo-OctopusFault -Fault 'busy' -Message "the image $Image is arriving there from another host")
        }
        if ([System.IO.File]::Exists($to)) {
            [System.IO.File]::SetAttributes($to, 'Normal')
            [System.IO.File]::Delete($to)
        }
        try {
            [System.IO.File]::Copy($from, $to)
        } catch {
            # What has arrived is nothing, and takes room from machines; a disk that is full is full of it.
            $first = $_
            try { Remove-OctopusPath -Path $to } catch { [void]$_ }
            throw $first
        }
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Install-OctopusImage {
    <#
    .SYNOPSIS
    Takes an image that was copied here into use, when its bytes are the right ones.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [Parameter(Mandatory)] [string] $Image,
        [Parameter(Mandatory)] [string] $Hash
    )
    $path = Get-OctopusImagePath -Folder $Folder -Image $Image
    $incoming = "$path.incoming"
    $lock = Enter-OctopusLock -Folder $Folder -Name "image-$Image" -Verb 'accept-image'
    try {
        if ([System.IO.File]::Exists($path)) {
            if ((Get-OctopusImageHash -Folder $Folder -Image $Image) -eq $Hash) {
                Remove-OctopusPath -Path $incoming
                return
            }
            throw (ConvertTo-OctopusFault -Fault 'base-changed' -Message "the image $Image is here with other bytes; machines may stand on it")
        }
        if (-not [System.IO.File]::Exists($incoming)) {
            throw (ConvertTo-OctopusFault -Fault 'missing' -Message "no image $Image has arrived")
        }
        # A read-only file is neither renamed into place by halves nor written to afterwards.
        [System.IO.File]::SetAttributes($incoming, 'Normal')
        $is = [string](Microsoft.PowerShell.Utility\Get-FileHash -LiteralPath $incoming -Algorithm SHA256).Hash
        if ($is -ne $Hash) {
            Remove-OctopusPath -Path $incoming
            throw (ConvertTo-OctopusFault -Fault 'unknown-outcome' -Message "the image $Image arrived with other bytes than it left with; copy it again, and when that happens twice verify it")
        }
        [System.IO.File]::SetAttributes($incoming, 'ReadOnly')
        [System.IO.File]::Move($incoming, $path)
        $file = New-Object -TypeName System.IO.FileInfo -ArgumentList $path
        [System.IO.File]::WriteAllText("$path.sha256", ('{0} {1} {2}' -f $Hash, $file.Length, $file.LastWriteTimeUtc.Ticks))
    } finally {
        Exit-OctopusLock -Lock $lock
    }
}

function Get-OctopusRoom {
    <#
    .SYNOPSIS
    What is free on the volume of a folder, in bytes; -1 where Windows does not tell.
    .DESCRIPTION
    By the volume with the longest path above the folder: volumes are mounted in folders too.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [string] $Folder
    )
    $slashed = ($Folder -replace '\\', '/') + '/'
    $longest = -1
    $free = [long]-1
    foreach ($volume in @(CimCmdlets\Get-CimInstance -ClassName 'Win32_Volume')) {
        $name = [string]$volume.Name -replace '\\', '/'
        if ($name.Length -le $longest -or -not $slashed.StartsWith($name, [System.StringComparison]::OrdinalIgnoreCase)) { continue }
        if ($null -eq $volume.FreeSpace) { continue }
        $longest = $name.Length
        $free = [long]$volume.FreeSpace
    }
    @{ bytes = $free }
}
