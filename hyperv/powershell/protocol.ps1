# How values and errors cross.

function ConvertFrom-OctopusValue {
    <#
    .SYNOPSIS
    Values of a request as PowerShell has them: objects as hashtables, strings without their leading '='.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [AllowNull()] $Value
    )
    if ($Value -is [string]) { return $Value.Substring(1) }
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        $table = @{}
        foreach ($property in $Value.PSObject.Properties) {
            $table[$property.Name] = ConvertFrom-OctopusValue -Value $property.Value
        }
        return $table
    }
    if ($Value -is [System.Array]) {
        $items = New-Object -TypeName 'System.Collections.Generic.List[object]'
        foreach ($item in $Value) { $items.Add((ConvertFrom-OctopusValue -Value $item)) }
        return , $items.ToArray()
    }
    $Value
}

function ConvertTo-OctopusFault {
    <#
    .SYNOPSIS
    A fault that this module itself found, to be thrown: its error id is "Octopus.<fault>".
    #>
    [CmdletBinding()]
    [OutputType([System.Management.Automation.ErrorRecord])]
    param(
        [Parameter(Mandatory)] [string] $Fault,
        [Parameter(Mandatory)] [string] $Message
    )
    $exception = New-Object -TypeName System.InvalidOperationException -ArgumentList $Message
    New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, "Octopus.$Fault", 'InvalidOperation', $null
}

function ConvertTo-OctopusError {
    <#
    .SYNOPSIS
    An error as data. Texts are in the language of the host; what is read of them is codes alone.
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [System.Management.Automation.ErrorRecord] $Record
    )
    $types = New-Object -TypeName 'System.Collections.Generic.List[string]'
    $codes = New-Object -TypeName 'System.Collections.Generic.List[string]'
    $texts = New-Object -TypeName 'System.Collections.Generic.List[string]'
    for ($exception = $Record.Exception; $null -ne $exception; $exception = $exception.InnerException) {
        $types.Add($exception.GetType().FullName)
        $codes.Add('0x{0:X8}' -f $exception.HResult)
        # CIM keeps the code of the provider apart.
        $status = $exception.PSObject.Properties['StatusCode']
        if ($null -ne $status -and $null -ne $status.Value) { $codes.Add('0x{0:X8}' -f [long]$status.Value) }
        # The cluster's errors, and others of Windows, keep their code apart as well.
        $native = $exception.PSObject.Properties['NativeErrorCode']
        if ($null -ne $native -and [long]$native.Value -gt 0 -and [long]$native.Value -lt 65536) { $codes.Add('0x8007{0:X4}' -f [long]$native.Value) }
        $texts.Add([string]$exception.Message)
    }
    foreach ($text in @($texts) + @($Record.FullyQualifiedErrorId)) {
        foreach ($match in [regex]::Matches($text, '0x[0-9A-Fa-f]{8}')) { $codes.Add('0x' + $match.Value.Substring(2).ToUpperInvariant()) }
        # Return values of Hyper-V's own methods: 32768 to 32799.
        foreach ($match in [regex]::Matches($text, '\b327[6-9][0-9]\b')) { $codes.Add($match.Value) }
    }
    $message = $texts[0]
    if ($message.Length -gt 2000) { $message = $message.Substring(0, 2000) }
    $target = ''
    if ($null -ne $Record.TargetObject) { $target = $Record.TargetObject.GetType().FullName }
    $cmdlet = ''
    if ($null -ne $Record.CategoryInfo -and $Record.CategoryInfo.Activity) { $cmdlet = [string]$Record.CategoryInfo.Activity }
    @{
        id       = [string]$Record.FullyQualifiedErrorId
        category = [string]$Record.CategoryInfo.Category
        types    = [string[]]$types.ToArray()
        codes    = [string[]]@($codes | Microsoft.PowerShell.Utility\Select-Object -Unique)
        cmdlet   = $cmdlet
        target   = $target
        message  = $message
    }
}

function Test-OctopusCode {
    <#
    .SYNOPSIS
    Whether an error carries one of these codes, or one of these error ids.
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)] [System.Management.Automation.ErrorRecord] $Record,
        [Parameter(Mandatory)] [string[]] $Code
    )
    $found = ConvertTo-OctopusError -Record $Record
    $short = $found.id.Split(',')[0]
    foreach ($one in $Code) {
        if ($found.codes -contains $one -or $short -eq $one) { return $true }
    }
    $false
}
